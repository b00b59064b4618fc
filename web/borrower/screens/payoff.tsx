import { Button, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCommand, useGet } from "../../api/hooks.ts";
import { formatDate, plusDays, type MoneyValue } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { MoneyInput } from "../../ui/money-input.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { MoneyText, StatusTag } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { go, Link, useAddress, useParams } from "../router.tsx";
import { useBorrower } from "../session.tsx";
import type { Loan } from "../types.ts";

interface Payoff { readonly date: string; readonly principal: MoneyValue; readonly interest: MoneyValue; readonly fees: MoneyValue; readonly penalties: MoneyValue; readonly total: MoneyValue; readonly perDiem: MoneyValue; readonly expiresOn?: string }

/** What closing the loan on a day costs, what one more day adds: B9. */
export function WhatIf() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const { businessDate } = useBorrower();
  const today = businessDate ?? "";
  const [date, setDate] = useState(today);
  const quote = useCommand<unknown, Payoff>(`/loan-accounts/${id}/payoff-quotes`, { quiet: true });
  useEffect(() => {
    if (today !== "" && date === "") setDate(today);
  }, [today]);
  const act = (event: FormEvent) => {
    event.preventDefault();
    void quote.run({ date });
  };
  const q = quote.result;
  return (
    <SignedIn>
      <div className="b-stack">
        <h1>{t("Close the loan early")}</h1>
        <form className="b-card b-stack" onSubmit={act}>
          <TextInput type="date" label={t("On which day?")} required min={today} max={today === "" ? undefined : plusDays(today, 90)} value={date} onChange={(e) => setDate(e.currentTarget.value)} />
          <Button type="submit" loading={quote.pending}>{t("What would it take?")}</Button>
        </form>
        <ProblemNotice problem={quote.problem} />
        {q !== undefined && <>
          <div className="b-card lead" aria-live="polite"><div className="muted">{t("To close it on {{date}}", { date: formatDate(q.date) })}</div><div className="b-big"><MoneyText value={q.total} /></div><div className="muted">{t("Each day later adds")} <MoneyText value={q.perDiem} /></div></div>
          <div className="b-card"><dl className="b-rows">{([["Loan", q.principal], ["Interest", q.interest], ["Fees", q.fees], ["Penalties", q.penalties]] as const).map(([label, value]) => <div key={label}><dt>{t(label)}</dt><dd><MoneyText value={value} /></dd></div>)}</dl></div>
          {q.date === today && <Button onClick={() => go(`/borrower/loans/${id}/pay?amount=${q.total.amount}`)}>{t("Pay it now")}</Button>}
        </>}
        <Link to={`/borrower/loans/${id}`}>{t("Back to your loan")}</Link>
      </div>
    </SignedIn>
  );
}

interface Checkout { readonly id: string; readonly url: string | null; readonly state: string; readonly amount: MoneyValue }

/** Pay at the bank's own page and come back here. */
export function PayNow() {
  const id = useParams()["id"] ?? "";
  const { query } = useAddress();
  const loan = useGet<Loan>(`/loan-accounts/${id}`);
  const session = sessionStorage.getItem(`lw.checkout.${id}`);
  return <SignedIn>{query.get("back") !== null && session !== null ? <Outcome loanId={id} checkoutId={session} /> : <Loaded query={loan}>{(l) => <PayForm loan={l} wanted={query.get("amount")} />}</Loaded>}</SignedIn>;
}

function PayForm({ loan, wanted }: { loan: Loan; wanted: string | null }) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState(wanted ?? (Number(loan.pastDue.amount) > 0 ? loan.pastDue.amount : (loan.nextDueAmount?.amount ?? loan.pastDue.amount)));
  const start = useCommand<unknown, Checkout>("/checkout-sessions", { quiet: true, onDone: (made) => {
    sessionStorage.setItem(`lw.checkout.${loan.id}`, made.id);
    if (made.url !== null) location.assign(made.url);
  } });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void start.run({ reference: loan.number, amount: { amount, currency: loan.outstanding.currency }, description: `${loan.productName} ${loan.number}`, returnUrl: `${location.origin}/borrower/loans/${loan.id}/pay?back=1` });
  };
  return (
    <form className="b-stack" onSubmit={act}>
      <div><h1>{t("Pay now")}</h1><p className="muted">{loan.number}</p></div>
      <ProblemNotice problem={start.problem} />
      <MoneyInput id="f-amount" label={t("How much?")} currency={loan.outstanding.currency} value={amount} onChange={setAmount} required />
      <Button type="submit" loading={start.pending} disabled={amount === ""}>{t("Go to the bank's payment page")}</Button>
      <Link to={`/borrower/loans/${loan.id}`}>{t("Back to your loan")}</Link>
    </form>
  );
}

function Outcome({ loanId, checkoutId }: { loanId: string; checkoutId: string }) {
  const { t } = useTranslation();
  const checkout = useGet<Checkout>(`/checkout-sessions/${checkoutId}`, {}, { everyMs: 2_500 });
  const refresh = useCommand<object>(`/checkout-sessions/${checkoutId}/refresh`);
  return (
    <div className="b-stack">
      <h1>{t("Your payment")}</h1>
      <Loaded query={checkout}>{(c) => <>
        <div className={c.state === "paid" ? "notice good" : c.state === "failed" ? "notice bad" : "notice info"} role="status"><strong><MoneyText value={c.amount} /></strong> <StatusTag value={c.state} /><p>{t(c.state === "paid" ? "It has arrived and is in your account." : c.state === "failed" ? "The bank did not take it. Nothing was charged." : "The bank has not told us yet. This page looks again by itself.")}</p></div>
        {c.state !== "paid" && c.state !== "failed" && <Button variant="default" loading={refresh.pending} onClick={() => void refresh.run({})}>{t("Ask the bank now")}</Button>}
      </>}</Loaded>
      <Button onClick={() => go(`/borrower/loans/${loanId}`)}>{t("Back to your loan")}</Button>
    </div>
  );
}
