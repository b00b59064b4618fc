import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommand } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { humanise, type MoneyValue } from "../../../ui/format.ts";
import { Facts, Page } from "../../../ui/layout.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";

export interface ApprovalItem {
  readonly id: string; readonly action: string; readonly subject: string; readonly summary: string; readonly amount: MoneyValue | null; readonly payloadHash: string; readonly makerId: string; readonly madeAt: string; readonly expiresAt: string;
  readonly state: string; readonly checkerId: string | null; readonly decidedAt: string | null; readonly reason: string | null;
}

/** What waits for a second person, and what was decided: U8. Nobody approves their own. */
export function Approvals() {
  const { t } = useTranslation();
  const { me } = useSession();
  const [deciding, setDeciding] = useState<ApprovalItem | null>(null);
  const columns: readonly Column<ApprovalItem>[] = [
    { key: "summary", label: "Asked for" },
    { key: "action", label: "Act", kind: "words", filter: true, sort: true },
    { key: "subject", label: "Subject", filter: true, cell: (r) => <SubjectLink id={r.subject} /> },
    { key: "amount", label: "Amount", kind: "money", sort: true, filter: true },
    { key: "makerId", label: "Made by", filter: true, cell: (r) => (r.makerId === me.id ? t("You") : <span className="mono">{r.makerId}</span>) },
    { key: "madeAt", label: "Made at", kind: "instant", sort: true, filter: true },
    { key: "expiresAt", label: "Expires at", kind: "instant", sort: true, hidden: true },
    { key: "state", label: "State", kind: "status", filter: true, sort: true, options: ["waiting", "approved", "rejected", "expired"] },
    { key: "checkerId", label: "Decided by", hidden: true }, { key: "decidedAt", label: "Decided at", kind: "instant", hidden: true }, { key: "reason", label: "Reason", hidden: true }, { key: "payloadHash", label: "Hash", kind: "id", hidden: true },
    { key: "decide", label: "Decide", cell: (r) => (r.state === "waiting" || r.state === "pending" ? <Button size="compact-sm" variant={r.makerId === me.id ? "default" : "filled"} disabled={r.makerId === me.id} title={r.makerId === me.id ? t("Nobody approves their own request") : undefined} onClick={() => setDeciding(r)}>{t("Decide")}</Button> : "") },
  ];
  return (
    <Page title={t("Approvals")} note={t("Acts that take two people. What you approve is bound to the hash of what you see.")}>
      <DataTable path="/approval-requests" list="kernel.approvals" caption="Approvals" columns={columns} rowKey={(r) => r.id} empty={t("Nothing waits for a second person.")} everyMs={20_000} />
      <Dialog title={t("Decide")} open={deciding !== null} onClose={() => setDeciding(null)}>{deciding !== null && <Decide item={deciding} onDone={() => setDeciding(null)} />}</Dialog>
    </Page>
  );
}

/** Approve or reject one request; also used where the request is met, as in the funding queue. */
export function Decide({ item, onDone }: { item: Pick<ApprovalItem, "id" | "summary" | "amount" | "payloadHash" | "makerId" | "madeAt" | "action">; onDone: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const approve = useCommand(`/approval-requests/${item.id}/approve`, { onDone });
  const reject = useCommand(`/approval-requests/${item.id}/reject`, { onDone });
  const body = { payloadHash: item.payloadHash, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) };
  return (
    <div className="stack">
      <ProblemNotice problem={approve.problem ?? reject.problem} />
      <p>{item.summary}</p>
      <Facts items={[["Act", t(humanise(item.action))], ["Amount", item.amount, "money"], ["Made by", item.makerId, "id"], ["Made at", item.madeAt, "instant"], ["Hash", <span key="h" className="mono">{item.payloadHash.slice(0, 16)}…</span>]]} />
      <Textarea label={t("Reason")} description={t("Needed when you turn it down.")} value={reason} onChange={(e) => setReason(e.currentTarget.value)} maxLength={500} />
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant="default" color="red.9" disabled={reason.trim() === ""} loading={reject.pending} onClick={() => void reject.run(body)}>{t("Reject")}</Button>
        <Button loading={approve.pending} onClick={() => void approve.run(body)}>{t("Approve")}</Button>
      </div>
    </div>
  );
}
