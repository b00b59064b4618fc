import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { LineItem, StatementJson } from "#modules/partners/contract.ts";
import { address } from "../../../api/client.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { formatDate } from "../../../ui/format.ts";
import { Facts, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { StatusTag } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { Can } from "../../session.tsx";
import { Disputes } from "./disputes.tsx";

const LINES: readonly Column<Static<typeof LineItem>>[] = [
  { key: "number", label: "Loan", sort: true, filter: true, cell: (r) => <SubjectLink id={r.loanAccountId} label={r.number} /> }, { key: "borrowerName", label: "Borrower", sort: true }, { key: "participation", label: "Participation", sort: true, hidden: true }, { key: "date", label: "Day", kind: "date", sort: true, filter: true },
  { key: "kind", label: "What", kind: "words", sort: true }, { key: "correction", label: "Correction", kind: "words", filter: true, options: ["true", "false"], cell: (r) => (r.correction ? <StatusTag value="correction" /> : "–") },
  { key: "received", label: "Received in all", kind: "money", sort: true }, { key: "principal", label: "Principal", kind: "money", sort: true }, { key: "interest", label: "Interest", kind: "money", sort: true }, { key: "fee", label: "Fees", kind: "money", hidden: true }, { key: "penalty", label: "Penalties", kind: "money", hidden: true },
  { key: "recovery", label: "Recoveries", kind: "money", hidden: true }, { key: "loss", label: "Loss", kind: "money", sort: true, hidden: true }, { key: "servicingFee", label: "Servicing fee", kind: "money", sort: true }, { key: "net", label: "Net", kind: "money", sort: true, filter: true },
];

/** What a partner is told and paid of a period, fact by fact. */
export function PartnerStatement() {
  const { t, i18n } = useTranslation();
  const id = useParam("id");
  const [act, setAct] = useState<"settle" | "discard" | "dispute" | null>(null);
  const query = useGet<StatementJson>(`/partner-statements/${id}`);
  const [said, setSaid] = useState(false);
  const again = useCommand<object>(`/partner-statements/${id}/pay-again`, { onDone: () => setSaid(true) });
  const end = () => setAct(null);
  return (
    <Loaded query={query}>
      {(s) => (
        <Page title={`${s.partner} · ${formatDate(s.fromDate)} – ${formatDate(s.throughDate)}`} note={<><StatusTag value={s.state} /> {s.payment !== "none" && <StatusTag value={s.payment} />}</>} actions={<>
          <ButtonLink to={`/partners/${s.partnerId}`}>{t("Partner")}</ButtonLink>
          <Button component="a" size="sm" variant="default" href={address(`/partner-statements/${id}/file`, { format: "pdf", language: i18n.language === "hi" ? "hi" : "en" })} download>PDF</Button>
          <Button component="a" size="sm" variant="default" href={address(`/partner-statements/${id}/file`, { format: "xlsx" })} download>XLSX</Button>
          {s.payment === "refused" && <Can permission="partner.statement.make"><Button size="sm" loading={again.pending} onClick={() => void again.run({})}>{t("Pay again…")}</Button></Can>}
          {s.state !== "discarded" && <Can permission="partner.statement.make"><Button size="sm" variant="default" onClick={() => setAct("dispute")}>{t("Dispute…")}</Button></Can>}
          {s.state === "draft" && <Can permission="partner.statement.make"><Button size="sm" variant="default" onClick={() => setAct("discard")}>{t("Discard…")}</Button><Button size="sm" onClick={() => setAct("settle")}>{t("Ask to settle…")}</Button></Can>}
        </>}>
          <ProblemNotice problem={again.problem} />
          {said && <div className="notice good" role="status">{t("Proposed. A second person agrees under Approvals.")} <ButtonLink size="compact-sm" to="/approvals">{t("Approvals")}</ButtonLink></div>}
          {s.state === "proposed" && <div className="notice" role="status">{t("A second person must agree before this is posted and paid.")} <ButtonLink size="compact-sm" to="/approvals">{t("Approvals")}</ButtonLink></div>}
          {s.payment === "refused" && <div className="notice bad" role="status">{t("The bank refused the payout:")} {s.reason}</div>}
          <Section title={t("In all")}>
            <Facts items={[["Received in all", s.sums.received, "money"], ["Principal", s.sums.principal, "money"], ["Interest", s.sums.interest, "money"], ["Fees", s.sums.fee, "money"], ["Penalties", s.sums.penalty, "money"], ["Recoveries", s.sums.recovery, "money"],
              ["Servicing fee", s.sums.servicingFee, "money"], ["Net", s.net, "money"], ["Loss, no money", s.sums.loss, "money"], ["Owed before", s.owedBefore, "money"], ["Ordered or paid", s.paid, "money"], ["Owed now", s.owedNow, "money"],
              ["Entry", <SubjectLink key="e" id={s.entryId} />]]} />
          </Section>
          <DataTable<Static<typeof LineItem>> path={`/partner-statements/${id}/lines`} list="partners.lines" caption="Fact by fact" columns={LINES} rowKey={(r) => r.id} open={(r) => `/loans/${r.loanAccountId}`} searchLabel="Number or borrower" empty={t("Nothing has changed since the statement before.")} />
          <Disputes statementId={id} />
          <Dialog title={t("Dispute…")} open={act === "dispute"} onClose={end}>
            <CommandForm path={`/partner-statements/${id}/disputes`} submit="Note the dispute" note={<p className="muted">{t("What the partner does not accept. A draft waits until it is answered.")}</p>} onCancel={end} onDone={end} fields={[
              { name: "amount", label: "Said to be missing", required: true, description: "Below zero where too much was stated", pointer: "/amount/amount" }, { name: "reason", label: "Reason", kind: "area", required: true },
            ]} body={(v) => ({ amount: { amount: v["amount"], currency: s.currency }, reason: v["reason"] })} />
          </Dialog>
          <Dialog title={t("Ask to settle…")} open={act === "settle"} onClose={end}>
            <CommandForm path={`/partner-statements/${id}/settle`} submit="Ask to settle" note={<p className="muted">{t("A second person posts the statement, and what is then owed is paid out.")}</p>} onCancel={end} onDone={end} fields={[
              { name: "booksDate", label: "Stands in the books", kind: "choice", required: true, initial: "period_end", description: "The day it is agreed, where the month is closed", options: [{ value: "period_end", label: "On the last day of the period" }, { value: "today", label: "On the day it is agreed" }] },
            ]} />
          </Dialog>
          <Dialog title={t("Discard…")} open={act === "discard"} onClose={end}>
            <CommandForm path={`/partner-statements/${id}/discard`} submit="Discard" tone="bad" onCancel={end} onDone={end} fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} />
          </Dialog>
        </Page>
      )}
    </Loaded>
  );
}
