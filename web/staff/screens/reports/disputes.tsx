import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { DisputeItem } from "#modules/reporting/contract.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { Facts } from "../../../ui/layout.tsx";
import { StatusTag } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { NameText } from "../../kit/names.tsx";
import { Can, useSession } from "../../session.tsx";

type Dispute = Static<typeof DisputeItem>;

const COLUMNS: readonly Column<Dispute>[] = [
  { key: "number", label: "Loan", sort: true, filter: true, cell: (r) => <SubjectLink id={r.loanAccountId} label={r.number} /> }, { key: "claim", label: "Claim" }, { key: "source", label: "Came from", kind: "words", filter: true, options: ["consumer", "bureau"] },
  { key: "raisedDate", label: "Came on", kind: "date", sort: true, filter: true }, { key: "dueDate", label: "Due", kind: "date", sort: true, filter: true },
  { key: "state", label: "State", sort: true, filter: true, options: ["open", "investigating", "resolved"], cell: (r) => <StatusTag value={r.late ? "overdue" : r.state} /> },
  { key: "outcome", label: "Outcome", kind: "words", filter: true, options: ["verified", "corrected", "deleted"] }, { key: "resolvedDate", label: "Resolved on", kind: "date", sort: true },
];

/** What consumers and bureaus dispute of what was reported: 30 days to look into it. */
export function CreditDisputes() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [raising, setRaising] = useState(false);
  return (
    <>
      <Can permission="credit.dispute.work"><div className="row no-print" style={{ justifyContent: "flex-end" }}><Button onClick={() => setRaising(true)}>{t("Note a dispute…")}</Button></div></Can>
      <DataTable path="/credit-disputes" list="reporting.disputes" caption="Credit disputes" columns={COLUMNS} rowKey={(r) => r.id} peek={(r) => <OneDispute dispute={r} />} searchLabel="Loan number or claim" empty={t("Nobody disputes what was reported.")} />
      <Dialog title={t("Note a dispute")} open={raising} onClose={() => setRaising(false)}>
        <CommandForm path="/credit-disputes" submit="Note" note={<p className="muted">{t("Until it is resolved, the loan is reported as disputed.")}</p>} onDone={() => setRaising(false)} onCancel={() => setRaising(false)}
          fields={[
            { name: "loan", label: "Loan number", required: true },
            { name: "source", label: "Came from", kind: "choice", required: true, options: [{ value: "consumer", label: "Consumer" }, { value: "bureau", label: "Bureau" }] },
            { name: "raisedDate", label: "Came on", kind: "date", required: true, initial: lender.businessDate, max: lender.businessDate }, { name: "claim", label: "Claim", kind: "area", required: true },
          ]} />
      </Dialog>
    </>
  );
}

function OneDispute({ dispute: d }: { dispute: Dispute }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <p>{d.claim}</p>
      <Facts items={[["Loan", <SubjectLink key="loan" id={d.loanAccountId} label={d.number} />], ["Came on", d.raisedDate, "date"], ["Due", d.dueDate, "date"], ["Noted by", <NameText key="by" id={d.raisedBy} />], ["Looked into by", d.investigatedBy === null ? null : <NameText key="inv" id={d.investigatedBy} />], ["Outcome", d.outcome, "words"], ["Finding", d.finding], ["Resolved on", d.resolvedDate, "date"]]} />
      {d.investigation !== null && <p style={{ whiteSpace: "pre-line" }}>{d.investigation}</p>}
      {d.state !== "resolved" && (
        <Can permission="credit.dispute.work">
          <h3>{t("Investigate")}</h3>
          <CommandForm path={`/credit-disputes/${d.id}/investigate`} submit="Note" fields={[{ name: "note", label: "What was asked or found", kind: "area", required: true }]} />
          <h3>{t("Resolve")}</h3>
          <CommandForm path={`/credit-disputes/${d.id}/resolve`} submit="Resolve"
            fields={[
              { name: "outcome", label: "Outcome", kind: "choice", required: true, options: [{ value: "verified", label: "Verified" }, { value: "corrected", label: "Corrected" }, { value: "deleted", label: "Deleted" }] },
              { name: "finding", label: "Finding", kind: "area", required: true }, { name: "consumerAgrees", label: "The consumer agrees with the outcome", kind: "check" },
            ]} />
        </Can>
      )}
    </div>
  );
}
