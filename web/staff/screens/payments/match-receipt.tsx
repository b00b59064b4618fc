import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import { formatAmount, money, parseAmount, subtractMoney, sumMoney } from "#engine/money.ts";
import type { ReceiptItem, SuggestionsJson } from "#modules/payments/contract.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { formatMoney } from "../../../ui/format.ts";
import { Facts } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { useShortcuts } from "../../kit/keys.ts";
import { bankReason } from "./bank-reasons.ts";
import { useSession } from "../../session.tsx";

interface Part { readonly reference: string; readonly amount: string }

/** One receipt with its suggestions: accept, split over loans, undo, or mark as returned. */
export function MatchReceipt({ receipt }: { receipt: Static<typeof ReceiptItem> }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const suggestions = useGet<Static<typeof SuggestionsJson>>(`/receipts/${receipt.id}/suggestions`);
  const match = useCommand<{ parts: readonly { reference: string; amount: { amount: string; currency: string } }[] }>(`/receipts/${receipt.id}/match`);
  const { currency } = receipt.amount;
  const whole = (reference: string) => void match.run({ parts: [{ reference, amount: receipt.amount }] });
  const able = receipt.state === "suspense" && may("payment.line.match");
  const items = suggestions.data?.items ?? [];
  useShortcuts(able ? items.slice(0, 9).flatMap((s, i) => (s.reference === null ? [] : [{ keys: String(i + 1), label: t("Accept {{reference}}", { reference: s.reference }), group: "Matching", act: () => whole(s.reference ?? "") }])) : []);
  return (
    <div className="stack">
      <Facts items={[["Amount", receipt.amount, "money"], ["Value date", receipt.valueDate, "date"], ["Payer", receipt.payerName], ["Account", receipt.payerAccount], ["Text on the line", receipt.remittance], ["State", receipt.state, "status"], receipt.loanAccountIds !== null && ["Loan", <span key="l" className="row" style={{ gap: 8 }}>{receipt.loanAccountIds.split(" ").map((id, i) => <SubjectLink key={`${id}${String(i)}`} id={id} label={receipt.loanNumbers?.split(" ")[i] ?? id} />)}</span>], receipt.returnReason !== null && ["Return reason", bankReason(receipt.returnReason, t)]]} />
      <ProblemNotice problem={match.problem} />
      {receipt.state === "suspense" && (
        <>
          <h3>{t("Suggestions")}</h3>
          <Loaded query={suggestions} isEmpty={(s) => s.items.length === 0} empty={t("No loan fits the text, the payer or the account. Type the loan number below.")}>
            {(s) => <ul className="b-tasks" style={{ gap: 6 }}>{s.items.map((item, i) => (
              <li key={item.loanAccountId} className="row" style={{ justifyContent: "space-between", borderBottom: "1px solid var(--lw-line)", paddingBottom: 6 }}>
                <span><SubjectLink id={item.loanAccountId} label={item.reference ?? item.loanAccountId} /> <span className="muted">{t(item.because)}</span></span>
                <span className="row"><meter min={0} max={100} value={item.confidence} aria-label={t("Confidence")} style={{ width: 60 }} /> {item.confidence} %{able && item.reference !== null && <Button size="compact-sm" loading={match.pending} onClick={() => whole(item.reference ?? "")}>{t("Accept")}</Button>}{able && item.reference !== null && <kbd aria-hidden>{i + 1}</kbd>}</span>
              </li>
            ))}</ul>}
          </Loaded>
          {able && <Split total={receipt.amount.amount} currency={currency} pending={match.pending} problem={match.problem} onMatch={(parts) => void match.run({ parts: parts.map((p) => ({ reference: p.reference, amount: { amount: p.amount, currency } })) })} />}
        </>
      )}
      {may("payment.line.match") && receipt.state === "matched" && <Undo id={receipt.id} />}
      {may("payment.line.match") && receipt.state === "suspense" && <Returned id={receipt.id} />}
      {receipt.state === "returned" && <Empty>{t("The bank took this money back.")}</Empty>}
    </div>
  );
}

function Split({ total, currency, onMatch, pending, problem }: { total: string; currency: string; onMatch: (parts: readonly Part[]) => void; pending: boolean; problem: Parameters<typeof fieldError>[0] }) {
  const { t } = useTranslation();
  const [parts, setParts] = useState<readonly Part[]>([{ reference: "", amount: total }]);
  const sum = sumMoney(parts.filter((p) => p.amount !== "").map((p) => parseAmount(p.amount, currency)), currency);
  const left = subtractMoney(parseAmount(total, currency), sum);
  const change = (i: number, next: Partial<Part>) => setParts(parts.map((p, k) => (k === i ? { ...p, ...next } : p)));
  return (
    <form className="stack" onSubmit={(e) => {
      e.preventDefault();
      onMatch(parts);
    }}>
      <h3>{t("By loan number, or split over several")}</h3>
      {parts.map((p, i) => (
        <div key={`part-${String(i)}`} className="row" style={{ alignItems: "flex-start" }}>
          <TextInput label={t("Loan number")} placeholder="LN00000001" required value={p.reference} error={fieldError(problem, `/parts/${i}/reference`)} onChange={(e) => change(i, { reference: e.currentTarget.value })} style={{ flex: 1 }} />
          <div style={{ flex: 1 }}><MoneyInput label={t("Amount")} required currency={currency} value={p.amount} error={fieldError(problem, `/parts/${i}/amount`)} onChange={(amount) => change(i, { amount })} /></div>
          {parts.length > 1 && <Button variant="subtle" style={{ marginTop: 22 }} aria-label={t("Remove this line")} onClick={() => setParts(parts.filter((_p, k) => k !== i))}>✕</Button>}
        </div>
      ))}
      <div className="row">
        <Button size="compact-sm" variant="default" onClick={() => setParts([...parts, { reference: "", amount: left.minor > 0n ? formatAmount(left) : formatAmount(money(0n, currency)) }])}>{t("Add a loan")}</Button>
        <span className={left.minor === 0n ? "tag good" : "tag warn"}>{left.minor === 0n ? t("Adds up") : t("{{amount}} left to place", { amount: formatMoney({ amount: formatAmount(left), currency }) })}</span>
        <Button size="compact-sm" type="submit" disabled={left.minor !== 0n} loading={pending}>{t("Match")}</Button>
      </div>
    </form>
  );
}

function Undo({ id }: { id: string }) {
  const { t } = useTranslation();
  const undo = useCommand<{ reason: string }>(`/receipts/${id}/suspense`);
  return <Reason label={t("Undo the match: back into suspense")} pending={undo.pending} problem={undo.problem} onDo={(reason) => void undo.run({ reason })} />;
}

function Returned({ id }: { id: string }) {
  const { t } = useTranslation();
  const back = useCommand<{ reason: string }>(`/receipts/${id}/return`);
  return <details><summary className="muted">{t("The bank took it back…")}</summary><Reason label={t("Mark as returned")} pending={back.pending} problem={back.problem} onDo={(reason) => void back.run({ reason })} /></details>;
}

function Reason({ label, onDo, pending, problem }: { label: string; onDo: (reason: string) => void; pending: boolean; problem: Parameters<typeof fieldError>[0] & object | null }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  return (
    <form className="stack" onSubmit={(e) => {
      e.preventDefault();
      onDo(reason);
    }}>
      <ProblemNotice problem={problem} />
      <div className="row" style={{ alignItems: "flex-end" }}><TextInput label={t("Reason")} required maxLength={300} value={reason} onChange={(e) => setReason(e.currentTarget.value)} style={{ flex: 1 }} /><Button type="submit" variant="default" loading={pending}>{label}</Button></div>
    </form>
  );
}
