import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { PayoutItem } from "#modules/payments/contract.ts";
import { useCommand } from "../../../api/hooks.ts";
import { Page } from "../../../ui/layout.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { Can } from "../../session.tsx";
import { bankReason } from "./bank-reasons.ts";

type Item = Static<typeof PayoutItem>;

const COLUMNS: readonly Column<Item>[] = [
  { key: "reference", label: "Reference", filter: true, sort: true }, { key: "payeeName", label: "Payee", filter: true }, { key: "payeeAccount", label: "Account" }, { key: "amount", label: "Amount", kind: "money", sort: true, filter: true },
  { key: "state", label: "State", kind: "status", filter: true, sort: true, options: ["created", "sending", "sent", "accepted", "settled", "rejected", "in_doubt", "returned"] }, { key: "reason", label: "Reason", filter: true, cell: (r) => <Reason code={r.reason} /> },
  { key: "subject", label: "Loan", filter: true, cell: (r) => <SubjectLink id={r.subject} label={r.reference.split("-")[0]} /> }, { key: "purpose", label: "Purpose", kind: "words", filter: true, options: ["loan_disbursement", "refund"] }, { key: "settledDate", label: "Settled on", kind: "date", sort: true }, { key: "createdAt", label: "Made at", kind: "instant", sort: true },
  { key: "messageId", label: "Bank file", kind: "id", filter: true },
];

function Reason({ code }: { code: string | null }) {
  const { t } = useTranslation();
  return code === null ? <span className="muted">–</span> : <div style={{ minWidth: 150 }}>{bankReason(code, t)}</div>;
}

/** Payouts and where each is. One in doubt is asked about, never sent again. */
export function Payouts() {
  const { t } = useTranslation();
  const send = useCommand<object, { sent: number; inDoubt: number; waiting: number }>("/payouts/send");
  const fetchFiles = useCommand<object, { files: number; payoutsChanged: number }>("/bank-files/fetch");
  return (
    <Page title={t("Payouts")} note={t("A payout in doubt is asked about at the bank; it is never sent a second time.")} actions={<>
      <Can permission="payment.statement.import"><Button size="sm" variant="default" loading={fetchFiles.pending} onClick={() => void fetchFiles.run({})}>{t("Fetch bank files")}</Button></Can>
      <Can permission="payment.payout.send"><Button size="sm" loading={send.pending} onClick={() => void send.run({})}>{t("Send waiting payouts")}</Button></Can>
    </>}>
      <ProblemNotice problem={send.problem ?? fetchFiles.problem} />
      {send.result !== undefined && send.result.waiting > 0 && <div className="notice warn" role="status">{t("The bank could not be reached: {{n}} wait and leave by themselves when it answers.", { n: send.result.waiting })}</div>}
      {send.result !== undefined && (send.result.waiting === 0 || send.result.sent + send.result.inDoubt > 0) && <div className="notice good" role="status">{send.result.sent + send.result.inDoubt === 0 ? t("0 sent, 0 in doubt: nothing was waiting. A payout leaves by itself when it is released.") : t("{{sent}} sent, {{doubt}} in doubt.", { sent: send.result.sent, doubt: send.result.inDoubt })}</div>}
      {fetchFiles.result !== undefined && <div className="notice good" role="status">{fetchFiles.result.files === 0 ? t("The bank has written nothing new.") : t("{{files}} files fetched, {{n}} payouts changed.", { files: fetchFiles.result.files, n: fetchFiles.result.payoutsChanged })}</div>}
      <DataTable path="/payouts" list="payments.payouts" caption="Payouts" columns={COLUMNS} rowKey={(r) => r.id} everyMs={3_000} empty={t("No payout has been made yet; they come from released loans.")} />
    </Page>
  );
}
