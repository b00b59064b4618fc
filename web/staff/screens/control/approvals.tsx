import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommand } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { humanise, type MoneyValue } from "../../../ui/format.ts";
import { Facts, Page } from "../../../ui/layout.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { NameText } from "../../kit/names.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";

export interface ApprovalItem {
  readonly id: string; readonly action: string; readonly subject: string; readonly summary: string; readonly amount: MoneyValue | null; readonly payloadHash: string; readonly makerId: string; readonly madeAt: string; readonly expiresAt: string;
  readonly state: string; readonly checkerId: string | null; readonly decidedAt: string | null; readonly reason: string | null;
}

/** Acts that take two people, as people call them. */
const ACTS: Readonly<Record<string, string>> = {
  "application.funding.release": "Release a payout", "product.version.publish": "Publish a product", "ledger.manual_entry.post": "Post a manual entry", "ledger.entry.reverse": "Undo a journal entry", "ledger.period.reopen": "Reopen a period", "ledger.fx_rate.set": "Set rates of exchange", "ledger.revaluation.post": "Revalue foreign balances", "ledger.revaluation.reverse": "Undo a revaluation", "loan.account.charge_off": "Charge off a loan", "loan.account.modify": "Change a loan for good", "rate.fixing.set": "Set an index", "loan.overpayment.refund": "Give an overpayment back",
};
const actName = (action: string) => ACTS[action] ?? humanise(action);

/** What waits for a second person, and what was decided: U8. Nobody approves their own. */
export function Approvals() {
  const { t } = useTranslation();
  const { me } = useSession();
  const [deciding, setDeciding] = useState<ApprovalItem | null>(null);
  const [withdrawing, setWithdrawing] = useState<ApprovalItem | null>(null);
  const columns: readonly Column<ApprovalItem>[] = [
    { key: "summary", label: "Asked for", cell: (r) => <div style={{ minWidth: 230 }}>{r.summary}{r.state === "waiting" && r.makerId === me.id && <div className="muted" style={{ fontSize: 12.5 }}>{t("You asked for this, so somebody else decides.")}</div>}</div> },
    { key: "action", label: "Act", filter: true, sort: true, options: Object.keys(ACTS), cell: (r) => <span style={{ whiteSpace: "nowrap" }}>{t(actName(r.action))}</span> },
    { key: "subject", label: "Subject", filter: true, hidden: true, cell: (r) => <SubjectLink id={r.subject} /> },
    { key: "amount", label: "Amount", kind: "money", sort: true, filter: true },
    { key: "makerId", label: "Made by", filter: true, cell: (r) => (r.makerId === me.id ? t("You") : <NameText id={r.makerId} />) },
    { key: "madeAt", label: "Made at", kind: "instant", sort: true, filter: true },
    { key: "expiresAt", label: "Expires at", kind: "instant", sort: true, hidden: true },
    { key: "state", label: "State", kind: "status", filter: true, sort: true, options: ["waiting", "approved", "rejected", "withdrawn"] },
    { key: "checkerId", label: "Decided by", cell: (r) => (r.checkerId === me.id ? t("You") : <NameText id={r.checkerId} />) }, { key: "decidedAt", label: "Decided at", kind: "instant", hidden: true }, { key: "reason", label: "Reason", cell: (r) => (r.reason === null ? "–" : <div style={{ minWidth: 160 }}>{r.reason}</div>) }, { key: "payloadHash", label: "Hash", kind: "id", hidden: true },
    { key: "decide", label: "Decide", cell: (r) => (r.state !== "waiting" ? "" : r.makerId === me.id ? <Button size="compact-sm" variant="default" onClick={() => setWithdrawing(r)}>{t("Withdraw…")}</Button> : <Button size="compact-sm" onClick={() => setDeciding(r)}>{t("Decide…")}</Button>) },
  ];
  return (
    <Page title={t("Approvals")} note={t("Acts that take two people. What you approve is bound to the hash of what you see.")}>
      <DataTable path="/approval-requests" list="kernel.approvals" caption="Approvals" columns={columns} rowKey={(r) => r.id} empty={t("Nothing waits for a second person.")} everyMs={20_000} />
      <Dialog title={t("Decide")} open={deciding !== null} onClose={() => setDeciding(null)}>{deciding !== null && <Decide item={deciding} onDone={() => setDeciding(null)} />}</Dialog>
      <Dialog title={t("Withdraw your request")} open={withdrawing !== null} onClose={() => setWithdrawing(null)}>
        {withdrawing !== null && <CommandForm path={`/approval-requests/${withdrawing.id}/withdraw`} submit="Withdraw" tone="bad" note={<p>{withdrawing.summary}</p>} fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onDone={() => setWithdrawing(null)} />}
      </Dialog>
    </Page>
  );
}

/** Approve or reject one request; also used where the request is met, as in the funding queue. */
export function Decide({ item, onDone }: { item: Pick<ApprovalItem, "id" | "summary" | "amount" | "payloadHash" | "makerId" | "madeAt" | "action">; onDone: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const { me } = useSession();
  const approve = useCommand(`/approval-requests/${item.id}/approve`, { onDone });
  const reject = useCommand(`/approval-requests/${item.id}/reject`, { onDone });
  const body = { payloadHash: item.payloadHash, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) };
  return (
    <div className="stack">
      <ProblemNotice problem={approve.problem ?? reject.problem} />
      <p>{item.summary}</p>
      <Facts items={[["Act", t(actName(item.action))], ["Amount", item.amount, "money"], ["Made by", <NameText key="m" id={item.makerId} />], ["Made at", item.madeAt, "instant"], ["Hash", <span key="h" className="mono">{item.payloadHash.slice(0, 16)}…</span>]]} />
      {item.makerId === me.id && <div className="notice warn">{t("You asked for this, so somebody else decides.")}</div>}
      <Textarea label={t("Reason")} description={t("Needed when you turn it down.")} value={reason} onChange={(e) => setReason(e.currentTarget.value)} maxLength={500} />
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant="default" color="red.9" disabled={reason.trim() === ""} loading={reject.pending} onClick={() => void reject.run(body)}>{t("Reject")}</Button>
        <Button disabled={item.makerId === me.id} loading={approve.pending} onClick={() => void approve.run(body)}>{t("Approve")}</Button>
      </div>
    </div>
  );
}
