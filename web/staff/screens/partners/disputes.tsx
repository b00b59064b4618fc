import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { DisputeItem } from "#modules/partners/contract.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { Can } from "../../session.tsx";

type Dispute = Static<typeof DisputeItem>;
const DISPUTES: readonly Column<Dispute>[] = [
  { key: "partner", label: "Partner", sort: true }, { key: "throughDate", label: "Statement through", kind: "date", sort: true, filter: true, cell: (r) => <SubjectLink id={r.statementId} label={r.throughDate} /> }, { key: "number", label: "Loan", cell: (r) => (r.loanAccountId === null ? "–" : <SubjectLink id={r.loanAccountId} label={r.number ?? ""} />) },
  { key: "claimed", label: "Said to be missing", kind: "money" }, { key: "reason", label: "Reason" }, { key: "state", label: "State", kind: "status", sort: true, filter: true, options: ["open", "proposed", "refused", "corrected", "adjusted"] }, { key: "adjusted", label: "Adjusted", kind: "money" }, { key: "answer", label: "Answer" },
  { key: "raisedBy", label: "Raised by", names: "person", hidden: true }, { key: "raisedAt", label: "Raised at", kind: "instant", sort: true, hidden: true }, { key: "answeredBy", label: "Answered by", names: "person", hidden: true }, { key: "answeredAt", label: "Answered at", kind: "instant", sort: true, hidden: true },
];

/** What partners dispute, of one statement or of all, and the answer to it. */
export function Disputes({ statementId }: { statementId?: string }) {
  const { t } = useTranslation();
  const [answering, setAnswering] = useState<Dispute | null>(null);
  const end = () => setAnswering(null);
  const columns: readonly Column<Dispute>[] = [
    ...(statementId === undefined ? DISPUTES : DISPUTES.filter((c) => c.key !== "partner" && c.key !== "throughDate")),
    { key: "id", label: "Act", cell: (r) => (r.state === "open" ? <Can permission="partner.statement.make"><Button size="compact-sm" variant="default" onClick={() => setAnswering(r)}>{t("Answer…")}</Button></Can> : "–") },
  ];
  return (
    <>
      <DataTable<Dispute> path="/partner-disputes" list="partners.disputes" caption="Disputes" columns={columns} rowKey={(r) => r.id} {...(statementId === undefined ? {} : { fixedFilter: [`statementId:eq:${statementId}`] })} empty={t("Nothing is disputed.")} />
      <Dialog title={t("Answer…")} open={answering !== null} onClose={end}>
        {answering !== null && <Answer dispute={answering} onEnd={end} />}
      </Dialog>
    </>
  );
}

function Answer({ dispute, onEnd }: { dispute: Dispute; onEnd: () => void }) {
  return (
    <CommandForm path={`/partner-disputes/${dispute.id}/answers`} submit="Answer" note={<p className="muted">{dispute.reason}</p>} onCancel={onEnd} onDone={onEnd} fields={[
      { name: "outcome", label: "Outcome", kind: "choice", required: true, initial: "refused", options: [{ value: "refused", label: "Refused: the statement stands" }, { value: "corrected", label: "Corrected on the loan: the next statement says it" }, { value: "adjusted", label: "Adjusted: a second person agrees to an amount" }] },
      { name: "amount", label: "Amount", description: "With an adjustment only; below zero where the partner owes it", pointer: "/amount/amount" }, { name: "answer", label: "Answer", kind: "area", required: true },
    ]} body={(v) => ({ outcome: v["outcome"], answer: v["answer"], ...((v["amount"] ?? "") === "" ? {} : { amount: { amount: v["amount"], currency: dispute.claimed.currency } }) })} />
  );
}
