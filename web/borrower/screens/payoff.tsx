import { Button, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { PayoffQuoteJson, WhatIfJson } from "#modules/servicing/contract.ts";
import { useCommand, useGet } from "../../api/hooks.ts";
import { formatDate, formatMoney, plusDays, type MoneyValue } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { MoneyInput } from "../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../ui/problem-notice.tsx";
import { DateText, MoneyText, StatusTag } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { go, Link, useAddress, useParams } from "../router.tsx";
import { useBorrower } from "../session.tsx";
import type { Loan } from "../types.ts";

/** More now, or all of it on a day: what each would save or cost; nothing is kept until you pay: B9. */
export function WhatIf() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const loan = useGet<Loan>(`/loan-accounts/${id}`);
  return (
    <SignedIn>
      <div className="b-stack">
        <h1>{t("What if I pay more?")}</h1>
        <Loaded query={loan}>{(l) => <><Extra loan={l} /><Payoff loan={l} /></>}</Loaded>
        <Link to={`/borrower/loans/${id}`}>{t("Back to your loan")}</Link>
      </div>
    </SignedIn>
  );
}

function Extra({ loan }: { loan: Loan }) {
  const { t } = useTranslation();
  const { businessDate } = useBorrower();
  const [amount, setAmount] = useState("");
  const today = businessDate ?? loan.asOf;
  const [date, setDate] = useState(today);
  const ask = useCommand<unknown, WhatIfJson>(`/loan-accounts/${loan.id}/what-if`, { quiet: true });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void ask.run({ extra: { amount: { amount, currency: loan.currency }, date } });
  };
  const r = ask.result;
  return (
    <section className="b-card b-stack">
      <div><h2>{t("Pay something extra")}</h2><p className="muted">{t(effectWords(loan.terms.prepayment))}</p></div>
      <form className="b-stack" onSubmit={act}>
        <MoneyInput id="f-extra-amount" label={t("How much?")} required currency={loan.currency} value={amount} onChange={setAmount} error={fieldError(ask.problem, "/extra/amount")} />
        <TextInput id="f-extra-date" type="date" label={t("On which day?")} required min={today} max={loan.terms.lastDueDate ?? undefined} value={date} onChange={(e) => setDate(e.currentTarget.value)} error={fieldError(ask.problem, "/extra/date")} />
        <Button type="submit" disabled={amount === ""} loading={ask.pending}>{t("What would it save?")}</Button>
      </form>
      <ProblemNotice problem={ask.problem} />
      {r !== undefined && r.withExtra !== null && (
        <div aria-live="polite" className="b-stack">
          {r.saved !== null && <div className="notice good"><strong>{t("You save {{interest}} interest", { interest: formatMoney(r.saved.interest) })}</strong>{r.saved.payments > 0 && <p>{t("{{count}} payments fewer", { count: r.saved.payments })}</p>}</div>}
          <table className="b-compare"><caption className="visually-hidden">{t("What if I pay more?")}</caption>
            <thead><tr><td /><th scope="col">{t("As agreed")}</th><th scope="col">{t("With the extra payment")}</th></tr></thead>
            <tbody>{rowsOf(r.asAgreed, r.withExtra).map(([label, before, after]) => <tr key={label}><th scope="row">{t(label)}</th><td>{before}</td><td><strong>{after}</strong></td></tr>)}</tbody>
          </table>
          {date === today && <Button onClick={() => go(`/borrower/loans/${loan.id}/pay?amount=${amount}`)}>{t("Pay it now")}</Button>}
        </div>
      )}
    </section>
  );
}

/** What the product does with money ahead of its day. */
function effectWords(prepayment: string): string {
  return ({
    reduce_term: "The payment each month stays; you are done sooner.", reduce_installment: "You are done on the same day; the payment each month becomes smaller.",
  } as Readonly<Record<string, string>>)[prepayment] ?? "It counts for your next payments.";
}

type Course = WhatIfJson["asAgreed"];

function rowsOf(before: Course, after: Course): readonly (readonly [string, ReactNode, ReactNode])[] {
  const row = (label: string, of: (course: Course) => ReactNode) => [label, of(before), of(after)] as const;
  return [row("Each month", (c) => <MoneyText value={c.installment} />), row("Payments", (c) => c.payments), row("Interest", (c) => <MoneyText value={c.interest} />), row("Last payment", (c) => <DateText value={c.lastDueDate} />)];
}

function Payoff({ loan }: { loan: Loan }) {
  const { t } = useTranslation();
  const { businessDate } = useBorrower();
  const today = businessDate ?? loan.asOf;
  const [date, setDate] = useState(today);
  const quote = useCommand<unknown, Static<typeof PayoffQuoteJson>>(`/loan-accounts/${loan.id}/payoff-quotes`, { quiet: true });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void quote.run({ payoffDate: date });
  };
  const q = quote.result?.payoff;
  return (
    <section className="b-card b-stack">
      <h2>{t("Close the loan early")}</h2>
      <form className="b-stack" onSubmit={act}>
        <TextInput type="date" label={t("On which day?")} required min={today} max={plusDays(today, 60)} value={date} onChange={(e) => setDate(e.currentTarget.value)} error={fieldError(quote.problem, "/payoffDate")} />
        <Button type="submit" loading={quote.pending}>{t("What would it take?")}</Button>
      </form>
      <ProblemNotice problem={quote.problem} />
      {q !== undefined && <>
        <div className="b-card lead" aria-live="polite"><div className="muted">{t("To close it on {{date}}", { date: formatDate(q.date) })}</div><div className="b-big"><MoneyText value={q.total} /></div><div className="muted">{t("Each day later adds")} <MoneyText value={q.perDiem} /></div></div>
        <dl className="b-rows">{([["Loan", q.principal], ["Interest", q.interest], ["Fees", q.fees], ["Penalties", q.penalties]] as const).map(([label, value]) => <div key={label}><dt>{t(label)}</dt><dd><MoneyText value={value} /></dd></div>)}</dl>
        <p className="muted">{t("This sum is good until the end of {{date}}.", { date: formatDate(quote.result?.expiresDate ?? q.date) })}</p>
        <PayoffLetter key={quote.result?.id} loanId={loan.id} quoteId={quote.result?.id ?? ""} />
        {q.date === today && <Button onClick={() => go(`/borrower/loans/${loan.id}/pay?amount=${q.total.amount}`)}>{t("Pay it now")}</Button>}
      </>}
    </section>
  );
}

/** The same sum as a letter with where to pay it, for a bank or a buyer. */
function PayoffLetter({ loanId, quoteId }: { loanId: string; quoteId: string }) {
  const { t } = useTranslation();
  const letter = useCommand<object, { documentId: string }>(`/loan-accounts/${loanId}/payoff-quotes/${quoteId}/letters`);
  if (letter.result !== undefined) return <p><a href={`/v1/documents/${letter.result.documentId}/content`} download>{t("Download the letter (PDF)")}</a></p>;
  return <><ProblemNotice problem={letter.problem} /><Button variant="default" loading={letter.pending} onClick={() => void letter.run({})}>{t("Get it as a letter")}</Button></>;
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
  const [amount, setAmount] = useState(wanted ?? (loan.daysPastDue > 0 ? loan.overdue.amount : (loan.nextDue?.total.amount ?? loan.overdue.amount)));
  const start = useCommand<unknown, Checkout>("/checkout-sessions", { quiet: true, onDone: (made) => {
    sessionStorage.setItem(`lw.checkout.${loan.id}`, made.id);
    if (made.url !== null) location.assign(made.url);
  } });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void start.run({ reference: loan.number, amount: { amount, currency: loan.currency }, description: `${loan.product.name} ${loan.number}`, returnUrl: `${location.origin}/borrower/loans/${loan.id}/pay?back=1` });
  };
  return (
    <form className="b-stack" onSubmit={act}>
      <div><h1>{t("Pay now")}</h1><p className="muted">{loan.number}</p></div>
      <ProblemNotice problem={start.problem} />
      <MoneyInput id="f-amount" label={t("How much?")} currency={loan.currency} value={amount} onChange={setAmount} required />
      <Button type="submit" loading={start.pending} disabled={amount === ""}>{t("Go to the bank's payment page")}</Button>
      <Link to={`/borrower/loans/${loan.id}`}>{t("Back to your loan")}</Link>
    </form>
  );
}

function Outcome({ loanId, checkoutId }: { loanId: string; checkoutId: string }) {
  const { t } = useTranslation();
  const checkout = useGet<Checkout>(`/checkout-sessions/${checkoutId}`, {}, { everyMs: 2_500 });
  const refresh = useCommand<object>(`/checkout-sessions/${checkoutId}/refresh`);
  const open = checkout.data !== undefined && checkout.data.state !== "paid" && checkout.data.state !== "failed";
  // The bank tells the lender by itself; when that message is late or lost, coming back here asks for it.
  useEffect(() => {
    if (!open) return;
    const ask = () => void refresh.run({});
    ask();
    const timer = setInterval(ask, 5_000);
    return () => clearInterval(timer);
  }, [open]);
  return (
    <div className="b-stack">
      <h1>{t("Your payment")}</h1>
      <ProblemNotice problem={refresh.problem} focus={false} />
      <Loaded query={checkout}>{(c) => <>
        <div className={c.state === "paid" ? "notice good" : c.state === "failed" ? "notice bad" : "notice info"} role="status"><strong><MoneyText value={c.amount} /></strong> <StatusTag value={c.state} /><p>{t(c.state === "paid" ? "It has arrived and is in your account." : c.state === "failed" ? "The bank did not take it. Nothing was charged." : "The bank has not told us yet. This page looks again by itself.")}</p></div>
        {c.state !== "paid" && c.state !== "failed" && <Button variant="default" loading={refresh.pending} onClick={() => void refresh.run({})}>{t("Ask the bank now")}</Button>}
      </>}</Loaded>
      <Button onClick={() => go(`/borrower/loans/${loanId}`)}>{t("Back to your loan")}</Button>
    </div>
  );
}
