import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { formatDate, plusDays } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DateText, MoneyText, StatusTag } from "../../../ui/values.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";
import type { LoanItem } from "../servicing/types.ts";

/** Moves a sandbox lender's books forward; each day is closed by the real end of day: X4. */
export function SandboxClock() {
  const { t } = useTranslation();
  const { lender, may } = useSession();
  const advance = useCommand<{ until: string }, { closed: readonly string[]; businessDate: string }>("/sandbox/clock");
  const next = useGet<PageOf<LoanItem>>(may("loan.account.read") ? "/loan-accounts" : null, { sort: "nextDueDate", filter: "status:eq:active", limit: 10 });
  const [until, setUntil] = useState("");
  const today = lender.businessDate;
  const month = Temporal.PlainDate.from(today).add({ months: 1 }).toString();
  const due = next.data?.items.find((l) => l.nextDueDate !== null && l.nextDueDate > today)?.nextDueDate ?? null;
  const move = (to: string) => void advance.run({ until: to });
  if (lender.environment !== "sandbox") return <Page title={t("Sandbox clock")}><div className="notice warn">{t("Only a sandbox lender's clock can be moved.")}</div></Page>;
  return (
    <Page title={t("Sandbox clock")} note={t("Every day between is closed by the real end of day: reminders go out, charges fall, the bank answers.")}>
      <ProblemNotice problem={advance.problem} />
      <Section>
        <div className="stack">
          <Facts big items={[["Business date", today, "date"], ["Closed through", lender.closedThrough, "date"]]} />
          <div className="row" style={{ alignItems: "flex-end" }}>
            <Button loading={advance.pending} onClick={() => move(plusDays(today, 1))}>{t("One day")}</Button>
            <Button variant="default" disabled={advance.pending} onClick={() => move(plusDays(today, 7))}>{t("One week")}</Button>
            <Button variant="default" disabled={advance.pending} onClick={() => move(month)}>{t("One month")}</Button>
            {due !== null && <Button variant="default" disabled={advance.pending} onClick={() => move(due)}>{t("To the next due date, {{date}}", { date: formatDate(due) })}</Button>}
            <form className="row" style={{ alignItems: "flex-end" }} onSubmit={(e) => {
              e.preventDefault();
              move(until);
            }}>
              <TextInput type="date" label={t("Until")} required min={plusDays(today, 1)} max={plusDays(today, 400)} value={until} onChange={(e) => setUntil(e.currentTarget.value)} />
              <Button type="submit" variant="default" disabled={advance.pending}>{t("Go")}</Button>
            </form>
          </div>
          {advance.pending && <div role="status" className="muted">{t("Closing day after day …")} <progress style={{ verticalAlign: "middle" }} aria-label={t("Closing day after day …")} /></div>}
          {advance.result !== undefined && <div className="notice good" role="status">{t(advance.result.closed.length === 1 ? "One day closed; the books are on {{date}}." : "{{n}} days closed; the books are on {{date}}.", { n: advance.result.closed.length, date: formatDate(advance.result.businessDate) })}</div>}
        </div>
      </Section>
      {next.data !== undefined && next.data.items.length > 0 && (
        <Section flush title={t("Falls due next")}>
          <Grid label="Falls due next" rows={next.data.items} rowKey={(l) => l.id} columns={[
            { header: "Loan", cell: (l) => <SubjectLink id={l.id} label={l.number} /> }, { header: "Due date", cell: (l) => <DateText value={l.nextDueDate} /> },
            { header: "Amount due", align: "end", cell: (l) => <MoneyText value={l.nextDue} /> }, { header: "Status", cell: (l) => <StatusTag value={l.status} /> },
          ]} />
        </Section>
      )}
    </Page>
  );
}
