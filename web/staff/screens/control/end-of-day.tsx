import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { Chart } from "../../../ui/chart.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { formatCount, formatDate, humanise } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DateText, InstantText, StatusTag } from "../../../ui/values.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can } from "../../session.tsx";

export interface EndOfDayState {
  readonly businessDate: string; readonly closedThrough: string; readonly date: string;
  readonly steps: readonly { readonly step: string; readonly shardsDone: number; readonly touched: number; readonly failed: number; readonly milliseconds: number; readonly doneAt: string | null }[];
  readonly recent: readonly { readonly date: string; readonly milliseconds: number; readonly touched: number; readonly failed: number }[];
  readonly quarantine: readonly { readonly id: string; readonly date: string; readonly step: string; readonly subject: string; readonly reason: string }[];
}

/** What each step does, in the words of the desk; the code stays as a tooltip. */
const STEPS: Readonly<Record<string, string>> = {
  "origination.expire_applications": "Offers and drafts past their day end", "servicing.remind": "Reminders go out", "servicing.attend": "Installments fall due, charges, ageing", "collections.open_cases": "Collection cases open", "collections.break_promises": "Promises not kept are broken",
  "servicing.collect": "Mandates are collected", "servicing.accrue": "Interest is earned and posted", "origination.remind_notices": "Letters still owed are sent", "reporting.snapshot": "Figures of the day are kept", "ledger.prove": "The books are proved",
};
const stepName = (step: string) => STEPS[step] ?? humanise(step);

/** The closing of a business date, step by step, with what was set aside and why: O5. */
export function EndOfDay() {
  const { t } = useTranslation();
  const [search, set] = useSearchState<{ date?: string }>();
  const [clearing, setClearing] = useState<EndOfDayState["quarantine"][number] | null>(null);
  const query = useGet<EndOfDayState>("/end-of-day", { date: search.date }, { everyMs: 3_000, keep: true });
  return (
    <Loaded query={query}>
      {(eod) => (
        <Page title={t("End of day")} actions={<><label className="row muted">{t("Day")} <input type="date" value={search.date ?? eod.date} max={eod.businessDate} onChange={(e) => set({ date: e.currentTarget.value || undefined })} /></label><Can permission="eod.run.start"><CloseDay date={eod.businessDate} /></Can></>}>
          <Section><Facts big items={[["Business date", eod.businessDate, "date"], ["Closed through", eod.closedThrough, "date"], ["Set aside", formatCount(eod.quarantine.length)]]} /></Section>
          <div className="split wide-left">
            <Section flush title={t("Steps of {{date}}", { date: formatDate(eod.date) })}>
              <Grid label="Steps" rows={eod.steps} rowKey={(s) => s.step} columns={[
                { header: "Step", cell: (s) => <div style={{ minWidth: 150 }} title={s.step}>{t(stepName(s.step))}</div> },
                { header: "State", cell: (s) => <StatusTag value={s.doneAt === null ? "pending" : s.failed > 0 ? "partial" : "done"} label={s.doneAt === null ? t("Not yet run") : s.failed > 0 ? t("Done, some set aside") : t("Done")} /> },
                { header: "Shards", align: "end", cell: (s) => formatCount(s.shardsDone) }, { header: "Loans touched", align: "end", cell: (s) => formatCount(s.touched) },
                { header: "Failed", align: "end", cell: (s) => <span className={s.failed > 0 ? "neg" : undefined}>{formatCount(s.failed)}</span> },
                { header: "Milliseconds", align: "end", cell: (s) => formatCount(s.milliseconds) }, { header: "Done at", cell: (s) => <InstantText value={s.doneAt} /> },
              ]} />
            </Section>
            <Section title={t("Duration of recent days")}>
              {eod.recent.length === 0 ? <Empty>{t("No day has been closed yet.")}</Empty> : <Chart title={t("Duration of recent days")} kind="bar" categories={eod.recent.map((r) => formatDate(r.date)).reverse()} series={[{ name: t("Milliseconds"), values: eod.recent.map((r) => r.milliseconds).reverse() }]} />}
            </Section>
          </div>
          <Dialog title={t("Looked after")} open={clearing !== null} onClose={() => setClearing(null)}>
            {clearing !== null && <CommandForm path={`/end-of-day/quarantine/${clearing.id}/clear`} submit="Take off the list" note={<><p>{clearing.reason}</p><p className="muted">{t("What is still due of it is tried again with the next close of a day.")}</p></>} fields={[{ name: "reason", label: "What was done", kind: "area", required: true }]} onDone={() => setClearing(null)} />}
          </Dialog>
          <Section flush={eod.quarantine.length > 0} title={t("Set aside, with the reason")}>
            {eod.quarantine.length === 0 ? <Empty>{t("No loan is set aside: every one was closed with its day.")}</Empty> : <Grid label="Set aside" rows={eod.quarantine} rowKey={(q) => q.id} columns={[
              { header: "Day", cell: (q) => <DateText value={q.date} /> }, { header: "Step", cell: (q) => t(stepName(q.step)) }, { header: "Subject", cell: (q) => <SubjectLink id={q.subject} /> }, { header: "Reason", cell: (q) => <div style={{ minWidth: 220 }}>{q.reason}</div> },
              { header: "Done", cell: (q) => <Can permission="eod.run.start"><Button size="compact-sm" variant="default" onClick={() => setClearing(q)}>{t("Looked after…")}</Button></Can> },
            ]} />}
          </Section>
        </Page>
      )}
    </Loaded>
  );
}

function CloseDay({ date }: { date: string }) {
  const { t } = useTranslation();
  const [sure, setSure] = useState(false);
  const close = useCommand<{ date: string }>("/end-of-day/runs", { onDone: () => setSure(false) });
  return (
    <>
      <Button loading={close.pending} onClick={() => setSure(true)}>{t("Close {{date}}…", { date: formatDate(date) })}</Button>
      <Dialog title={t("Close {{date}}", { date: formatDate(date) })} open={sure} onClose={() => setSure(false)}>
        <div className="stack">
          <ProblemNotice problem={close.problem} />
          <p>{t("Installments fall due, charges and interest are posted, letters go out. A closed day is not opened again. Payments and reading go on meanwhile; a run that was cut short is taken up where it stopped.")}</p>
          {close.pending && <div role="status" className="muted">{t("Closing …")} <progress aria-label={t("Closing …")} /></div>}
          <div className="row" style={{ justifyContent: "flex-end" }}><Button variant="default" onClick={() => setSure(false)}>{t("Cancel")}</Button><Button loading={close.pending} onClick={() => void close.run({ date })}>{t("Close the day")}</Button></div>
        </div>
      </Dialog>
    </>
  );
}
