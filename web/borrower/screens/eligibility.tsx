import { Button, NativeSelect } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OfferedProduct, QuoteJson } from "#modules/products/contract.ts";
import { inLanguage } from "../../api/forms.ts";
import { useCommand, useGet } from "../../api/hooks.ts";
import { formatMoney, formatRate } from "../../ui/format.ts";
import { Empty, Loaded, Waiting } from "../../ui/loaded.tsx";
import { MoneyInput } from "../../ui/money-input.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Cost } from "../cost.tsx";
import { go, useAddress } from "../router.tsx";
import { useBorrower } from "../session.tsx";
import { paperWords } from "../words.ts";

/** What a loan would cost, whole, before anybody says who they are: B1. The page is made from the lender's products. */
export function Eligibility() {
  const { t } = useTranslation();
  const { query } = useAddress();
  const products = useGet<{ items: readonly OfferedProduct[] }>("/offered-products");
  const [chosen, setChosen] = useState(query.get("product"));
  return (
    <div className="b-stack">
      <div><h1>{t("What would it cost?")}</h1><p className="muted">{t("No name, no credit check. The figures are the same the contract will use.")}</p></div>
      <Loaded query={products} isEmpty={(p) => p.items.length === 0} empty={t("This lender offers no loan right now.")} lines={8}>{({ items }) => {
        const product = items.find((p) => p.code === chosen) ?? items[0];
        return product === undefined ? <Empty /> : <>
          {items.length > 1 && <fieldset className="b-choices"><legend>{t("Which loan?")}</legend>{items.map((p) => <label key={p.code}><input type="radio" name="product" checked={p.code === product.code} onChange={() => setChosen(p.code)} /><span><strong>{t(p.name)}</strong><br /><span className="muted" style={{ fontSize: 14 }}>{t("up to {{amount}}, from {{rate}} a year", { amount: formatMoney({ amount: p.limits.maximumAmount, currency: p.currency }, "compact"), rate: formatRate(p.fromRate) })}</span></span></label>)}</fieldset>}
          <Calculator key={product.code} product={product} />
        </>;
      }}</Loaded>
    </div>
  );
}

/** A fifth of the most that is lent, on the product's steps; a usual wish to begin with. */
function firstAmount({ limits }: OfferedProduct): number {
  const step = Number(limits.amountMultiple);
  return Math.max(Number(limits.minimumAmount), Math.round(Number(limits.maximumAmount) / 5 / step) * step);
}

function Calculator({ product: p }: { product: OfferedProduct }) {
  const { t } = useTranslation();
  const { query } = useAddress();
  const { signedIn } = useBorrower();
  const { currency, limits } = p;
  const [amount, setAmount] = useState(query.get("amount") ?? `${firstAmount(p)}.00`);
  const asked = Number(query.get("term"));
  const [term, setTerm] = useState(limits.terms.includes(asked) ? asked : limits.terms.includes(24) ? 24 : (limits.terms.at(-1) ?? 12));
  const [low, high] = [Number(limits.minimumAmount), Number(limits.maximumAmount)];
  const beyond = amount !== "" && (Number(amount) < low || Number(amount) > high);
  const uneven = amount !== "" && Math.round(Number(amount) * 100) % Math.round(Number(limits.amountMultiple) * 100) !== 0;
  const wrong = beyond || uneven;
  const quote = useCommand<unknown, QuoteJson>("/quotes", { quiet: true });
  useEffect(() => {
    if (amount === "" || wrong) return;
    const timer = setTimeout(() => void quote.run({ productCode: p.code, amount: { amount, currency }, termMonths: term }), 250);
    return () => clearTimeout(timer);
  }, [amount, term, p.code, currency, wrong]);
  const money = (text: string) => formatMoney({ amount: text, currency });
  const q = quote.problem === null && !wrong && amount !== "" ? quote.result : undefined;
  // One hundred stops or so between the least and the most, each on the product's steps.
  const step = Math.max(1, Math.round((high - low) / 100 / Number(limits.amountMultiple))) * Number(limits.amountMultiple);
  return (
    <>
      <div className="b-card b-stack">
        <div>
          <MoneyInput id="f-amount" label={t("How much do you need?")} description={t("From {{low}} to {{high}}", { low: money(limits.minimumAmount), high: money(limits.maximumAmount) })} currency={currency} value={amount} onChange={setAmount}
            error={beyond ? t("From {{low}} to {{high}}", { low: money(limits.minimumAmount), high: money(limits.maximumAmount) }) : uneven ? t("In steps of {{step}}", { step: money(limits.amountMultiple) }) : undefined} />
          <input className="b-range" type="range" aria-label={t("How much do you need?")} aria-valuetext={money(amount === "" ? "0" : amount)} min={low} max={high} step={step} value={Math.min(Math.max(Math.round(Number(amount || "0")), low), high)} onChange={(e) => setAmount(`${Number(e.currentTarget.value) >= high - step ? high : e.currentTarget.value}.00`)} />
        </div>
        <NativeSelect label={t("Pay it back over")} value={String(term)} data={limits.terms.map((n) => ({ value: String(n), label: t("{{count}} months", { count: n }) }))} onChange={(e) => setTerm(Number(e.currentTarget.value))} />
      </div>
      <ProblemNotice problem={quote.problem} focus={false} />
      {q === undefined ? quote.problem === null && !wrong && amount !== "" && <Waiting lines={6} /> : <Cost quote={q} />}
      <div className="b-actions">
        <Button disabled={q === undefined} onClick={() => go(`/borrower/apply?amount=${amount}&term=${term}&product=${p.code}`)}>{t("Apply for this loan")}</Button>
        {!signedIn && <Button variant="default" onClick={() => go("/borrower/sign-in")}>{t("I already have a loan or an application")}</Button>}
      </div>
      <Needed product={p} />
    </>
  );
}

/** What to have at hand, and what it costs to be late: before anything is asked. */
function Needed({ product: p }: { product: OfferedProduct }) {
  const { t, i18n } = useTranslation();
  return (
    <section className="b-card b-stack">
      {p.papers.length > 0 && <div><h2>{t("What you will need")}</h2><ul className="b-plain">{p.papers.map((paper) => <li key={paper.code}>{inLanguage(paper.label, i18n.language)}: <span className="muted">{paper.anyOf.map((kind) => t(paperWords(kind))).join(", ")}</span></li>)}</ul></div>}
      <div><h2>{t("If a payment is late")}</h2><p>{p.penalCharge !== null ? t("{{rate}} a year on the overdue amount alone, never on charges; the first {{count}} days are free.", { rate: formatRate(p.penalCharge.annualRate), count: p.penalCharge.graceDays }) : p.lateFee !== null ? t("{{fee}}, once a payment is more than {{count}} days late.", { fee: p.lateFee.basis === "flat" ? formatMoney({ amount: p.lateFee.value, currency: p.currency }) : formatRate(p.lateFee.value), count: p.lateFee.graceDays }) : t("There is no charge for it.")}</p></div>
      <div><h2>{t("If you pay early")}</h2><p>{t("You may pay more or all of it at any time. There is no charge for it.")}</p></div>
    </section>
  );
}
