import { Button, NativeSelect } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { QuoteJson } from "#modules/products/contract.ts";
import { useCommand } from "../../api/hooks.ts";
import { formatDate, formatMoney, formatRate } from "../../ui/format.ts";
import { Waiting } from "../../ui/loaded.tsx";
import { MoneyInput } from "../../ui/money-input.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { MoneyText } from "../../ui/values.tsx";
import { go, useAddress } from "../router.tsx";
import { useBorrower } from "../session.tsx";

const TERMS = [6, 12, 18, 24, 36, 48, 60];
export const PRODUCT = "personal-loan";

/** What a loan would cost, whole, before anybody says who they are: B1. */
export function Eligibility() {
  const { t } = useTranslation();
  const { query } = useAddress();
  const { currency, signedIn } = useBorrower();
  const productCode = query.get("product") ?? PRODUCT;
  const [amount, setAmount] = useState(currency === "INR" ? "200000.00" : "10000.00");
  const [term, setTerm] = useState(24);
  const quote = useCommand<unknown, QuoteJson>("/quotes", { quiet: true });
  useEffect(() => {
    if (amount === "") return;
    const timer = setTimeout(() => void quote.run({ productCode, amount: { amount, currency }, termMonths: term }), 250);
    return () => clearTimeout(timer);
  }, [amount, term, productCode, currency]);
  const q = quote.problem === null ? quote.result : undefined;
  const step = currency === "INR" ? 10_000 : 500;
  const top = currency === "INR" ? 1_000_000 : 50_000;
  return (
    <div className="b-stack">
      <div><h1>{t("What would it cost?")}</h1><p className="muted">{t("No name, no credit check. The figures are the same the contract will use.")}</p></div>
      <div className="b-card b-stack">
        <div>
          <MoneyInput id="f-amount" label={t("How much do you need?")} currency={currency} value={amount} onChange={setAmount} />
          <input className="b-range" type="range" aria-label={t("How much do you need?")} min={step} max={top} step={step} value={Math.min(Math.round(Number(amount || "0")), top)} onChange={(e) => setAmount(`${e.currentTarget.value}.00`)} />
        </div>
        <NativeSelect label={t("Pay it back over")} value={String(term)} data={TERMS.map((n) => ({ value: String(n), label: t("{{count}} months", { count: n }) }))} onChange={(e) => setTerm(Number(e.currentTarget.value))} />
      </div>
      <ProblemNotice problem={quote.problem} focus={false} />
      {q === undefined ? quote.problem === null && <Waiting lines={6} /> : <Cost quote={q} />}
      <div className="b-actions">
        <Button disabled={q === undefined} onClick={() => go(`/borrower/apply?amount=${amount}&term=${term}&product=${productCode}`)}>{t("Apply for this loan")}</Button>
        {!signedIn && <Button variant="default" onClick={() => go("/borrower/sign-in")}>{t("I already have a loan or an application")}</Button>}
      </div>
    </div>
  );
}

/** What a quote and an offer both tell. */
type Priced = Pick<QuoteJson, "amount" | "installment" | "installments" | "netDisbursed" | "interest" | "fees" | "totalCost" | "totalPaid" | "apr" | "annualRate" | "firstDueDate" | "lastDueDate" | "range">;

/** The whole cost of a quote, the monthly payment first. */
export function Cost({ quote: q }: { quote: Priced }) {
  const { t } = useTranslation();
  const interest = Number(q.interest.amount);
  const fees = Number(q.fees.amount);
  const whole = Number(q.amount.amount) + interest + fees;
  const part = (n: number) => `${(n / whole) * 100}%`;
  const rows: readonly (readonly [string, ReactNode])[] = [
    [t("You receive"), <MoneyText key="n" value={q.netDisbursed} />], [t("You pay back in all"), <MoneyText key="p" value={q.totalPaid} />], [t("Cost of the loan"), <MoneyText key="c" value={q.totalCost} />],
    [t("APR: the yearly cost with all charges"), formatRate(q.apr)],
    [t("Yearly interest rate"), q.range === undefined || q.range.lowestRate === q.range.highestRate ? formatRate(q.annualRate) : t("{{low}} to {{high}}, by your credit history", { low: formatRate(q.range.lowestRate), high: formatRate(q.range.highestRate) })],
    [t("First payment"), formatDate(q.firstDueDate)], [t("Last payment"), formatDate(q.lastDueDate)],
  ];
  return (
    <>
      <div className="b-card lead" aria-live="polite">
        <div className="muted">{t("Each month, {{count}} payments", { count: q.installments })}</div>
        <div className="b-big"><MoneyText value={q.installment} /></div>
        {q.range !== undefined && q.range.lowestInstallment.amount !== q.range.highestInstallment.amount && <div className="muted">{t("up to {{high}} at the highest rate", { high: formatMoney(q.range.highestInstallment) })}</div>}
      </div>
      <div className="b-card b-stack">
        <div>
          <div className="b-split" role="img" aria-label={t("Of every payment in all: {{p}} loan, {{i}} interest, {{f}} fees", { p: formatMoney(q.amount), i: formatMoney(q.interest), f: formatMoney(q.fees) })}><i style={{ width: part(Number(q.amount.amount)), background: "var(--lw-c1)" }} /><i style={{ width: part(interest), background: "var(--lw-c2)" }} /><i style={{ width: part(fees), background: "var(--lw-c3)" }} /></div>
          <p className="row" style={{ fontSize: 14, marginTop: 8 }}><span><span className="swatch" style={{ background: "var(--lw-c1)" }} />{t("Loan")} <MoneyText value={q.amount} /></span><span><span className="swatch" style={{ background: "var(--lw-c2)" }} />{t("Interest")} <MoneyText value={q.interest} /></span><span><span className="swatch" style={{ background: "var(--lw-c3)" }} />{t("Fees")} <MoneyText value={q.fees} /></span></p>
        </div>
        <dl className="b-rows">{rows.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>
      </div>
    </>
  );
}
