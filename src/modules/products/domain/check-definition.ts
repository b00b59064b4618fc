import { createHash } from "node:crypto";
import { ZenDecisionContent, ZenEngine } from "@gorules/zen-engine";
import { Compile } from "typebox/compile";
import { EngineRefusal, formatAmount, levelFlows, levelSpread, money, parseAmount, parseRate, type Money } from "#engine/index.ts";
import { canonicalJson } from "#kernel/codec.ts";
import type { FieldError } from "#kernel/problems.ts";
import type { ProductDefinition } from "../definition.ts";
import { ProductDefinitionSchema } from "../definition-schema.ts";
import { DEFERRAL_FACTS, ruleFaults, SUSPENSE_FACTS } from "./posting-rules.ts";
import { quote, type Quote } from "./quote.ts";
import { costsFor, deferredFees, defers } from "./terms.ts";

const form = Compile(ProductDefinitionSchema);

/** Letters without which origination or servicing could not tell a borrower what happens. */
export const NEEDED_LETTERS = ["application_received", "more_needed", "approved", "declined", "offer_expired", "agreement_ready", "funded", "withdrawn"] as const;

/** SHA-256 of a definition, independent of the order of its keys. */
export function definitionHash(definition: ProductDefinition): string {
  return createHash("sha256").update(canonicalJson(definition)).digest("hex");
}

/** Every fault of a definition's form; an empty list means it has the form of a ProductDefinition. */
export function formFaults(definition: unknown): FieldError[] {
  if (form.Check(definition)) return [];
  return form.Errors(definition).slice(0, 50).map((error) => ({ pointer: `/definition${error.instancePath}`, code: `field.${error.keyword.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}`, detail: `It ${error.message}.` }));
}

/** Every fault that would keep a definition from being published: its form first, then its meaning. */
export function checkDefinition(definition: unknown, currency: string): FieldError[] {
  const faults = formFaults(definition);
  if (faults.length > 0) return faults;
  const d = definition as ProductDefinition;
  const errors: FieldError[] = [];
  const refuse = (pointer: string, code: string, detail: string) => errors.push({ pointer: `/definition/${pointer}`, code: `product.${code}`, detail });
  checkLimits(d, currency, refuse);
  checkParts(d, refuse);
  for (const { fact, detail } of ruleFaults(d.postingRules)) refuse(`postingRules/${fact}`, "posting_rule", detail);
  for (const [i, { book, basis, postingRules }] of (d.books ?? []).entries()) {
    if (d.books?.findIndex((other) => other.book === book) !== i) refuse(`books/${i}/book`, "book", `The ${book} book is there twice.`);
    for (const { fact, detail } of ruleFaults(postingRules, basis)) refuse(`books/${i}/postingRules/${fact}`, "posting_rule", `In the ${book} book: ${detail}`);
    const interest = postingRules["repayment"]?.["credit.interest"];
    if (basis === "cash" && interest !== undefined && interest === d.postingRules["interest_earned"]?.["debit.interest"]) refuse(`books/${i}/postingRules/repayment`, "posting_rule", `In the ${book} book interest is income when it is paid: "credit.interest" names ${interest}, to which nothing was posted before.`);
  }
  checkRates(d, refuse);
  checkPolicy(d, refuse);
  if (errors.length === 0) checkSchedules(d, currency, refuse);
  return errors;
}

type Refuse = (pointer: string, code: string, detail: string) => void;

function checkLimits(d: ProductDefinition, currency: string, refuse: Refuse): void {
  try {
    const [low, high, step] = [d.limits.minimumAmount, d.limits.maximumAmount, d.limits.amountMultiple].map((text) => parseAmount(text, currency).minor) as [bigint, bigint, bigint];
    if (low <= 0n || high < low) refuse("limits/maximumAmount", "limits", "The largest amount must not be below the smallest, and both above zero.");
    if (step <= 0n || low % step !== 0n || high % step !== 0n) refuse("limits/amountMultiple", "limits", "Smallest and largest amount must be whole steps.");
    for (const [list, amounts] of [["fees", d.fees], ["costs", d.costs ?? []]] as const) {
      for (const [i, { basis, value }] of amounts.entries()) if (basis === "flat") parseAmount(value, currency);
        else if (parseRate(value).ppb > 1_000_000_000n) refuse(`${list}/${i}/value`, list === "fees" ? "fee" : "cost", "A share of the principal is a decimal fraction: 2 % is 0.02.");
    }
    if (d.lateFee?.basis === "flat") parseAmount(d.lateFee.value, currency);
    if (d.bounceFee !== undefined) parseAmount(d.bounceFee.value, currency);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse("limits", "amount", `An amount cannot be read: ${error.message}.`);
  }
}

function checkParts(d: ProductDefinition, refuse: Refuse): void {
  const fields = d.form.flatMap((page) => page.fields);
  const names = fields.map((field) => field.name);
  d.form.forEach((page, p) => page.fields.forEach((field, f) => {
    const at = `form/${p}/fields/${f}`;
    if (names.indexOf(field.name) !== names.lastIndexOf(field.name)) refuse(at, "form", `The field ${field.name} is asked twice.`);
    if (field.showWhen !== undefined && !names.includes(field.showWhen.field)) refuse(`${at}/showWhen`, "form", `There is no field ${field.showWhen.field}.`);
    if (field.kind === "choice" && field.options === undefined) refuse(`${at}/options`, "form", "A choice needs its options.");
  }));
  const scores = d.pricing.bands.map((band) => band.minimumScore);
  if (scores.some((score, i) => i > 0 && score >= (scores[i - 1] as number))) refuse("pricing/bands", "pricing", "Bands go from the best score down.");
  for (const letter of NEEDED_LETTERS) if (d.letters[letter] === undefined) refuse(`letters/${letter}`, "letter", "This letter is needed.");
  const { buckets } = d.delinquency;
  if (buckets.some((b, i) => i > 0 && b.from !== (buckets[i - 1]?.to ?? -1) + 1) || buckets.at(-1)?.to !== null) refuse("delinquency/buckets", "buckets", "Buckets follow each other without a gap and the last is open.");
  checkNonAccrual(d, refuse);
  checkDeferral(d, refuse);
  const stages = d.flow.map((stage) => stage.stage);
  for (const stage of ["submitted", "verifying", "referred", "offered", "accepted", "signed", "funding"]) if (!stages.includes(stage)) refuse("flow", "flow", `The stage ${stage} needs a service level.`);
}

/** Suspended interest needs a class to stand in, days before a charge-off, and accounts. */
function checkNonAccrual({ delinquency, postingRules, books = [] }: ProductDefinition, refuse: Refuse): void {
  const { nonAccrual, classes, chargeOffDays } = delinquency;
  if (nonAccrual === undefined) return;
  if (!classes.some((c) => c.fromDays === nonAccrual.fromDays)) refuse("delinquency/nonAccrual/fromDays", "non_accrual", `No class begins at ${nonAccrual.fromDays} days past due.`);
  if (chargeOffDays !== null && chargeOffDays <= nonAccrual.fromDays) refuse("delinquency/nonAccrual/fromDays", "non_accrual", `The loan is charged off at ${chargeOffDays} days already.`);
  for (const fact of SUSPENSE_FACTS) {
    const refuseIn = (at: string) => refuse(`${at}/${fact}`, "posting_rule", "The rule is missing, and the product suspends interest.");
    if (postingRules[fact] === undefined) refuseIn("postingRules");
    for (const [i, book] of books.entries()) if (book.basis === "accrual" && book.postingRules[fact] === undefined) refuseIn(`books/${i}/postingRules`);
  }
}

/** Fees and costs by effective interest need accounts to wait on that are not those they end on, and costs names of their own. */
function checkDeferral(d: ProductDefinition, refuse: Refuse): void {
  for (const [i, { code }] of (d.costs ?? []).entries()) {
    if (d.costs?.findIndex((other) => other.code === code) !== i || d.fees.some((fee) => fee.code === code)) refuse(`costs/${i}/code`, "cost", `${code} is the name of another fee or cost.`);
  }
  if (!defers(d)) return;
  const books = [{ at: "postingRules", basis: "accrual", rules: d.postingRules }, ...(d.books ?? []).map((book, i) => ({ at: `books/${i}/postingRules`, basis: book.basis, rules: book.postingRules }))];
  for (const { at, basis, rules } of books) {
    // On the cash basis fees and costs are taken at once.
    const needed = basis === "accrual" ? DEFERRAL_FACTS : DEFERRAL_FACTS.filter((fact) => fact === "cost_incurred");
    for (const fact of needed) if (rules[fact] === undefined) refuse(`${at}/${fact}`, "posting_rule", "The rule is missing, and the product has fees or costs by effective interest.");
    if (basis !== "accrual") continue;
    const waits = { fee: rules["disbursement"]?.["credit.deferred"], cost: rules["cost_incurred"]?.["debit.total"] };
    if (waits.fee === undefined && deferredFees(d).size > 0) refuse(`${at}/disbursement`, "posting_rule", "The product defers fees: they need an account, credit.deferred.");
    for (const [fact, slot, what] of TAKEN_FROM) {
      const [named, account] = [rules[fact]?.[slot], waits[what]];
      if (named !== undefined && account !== undefined && named !== account) refuse(`${at}/${fact}`, "effective_interest", `What waits on ${account} is taken from there: "${slot}" names ${named}.`);
      if (rules[fact] !== undefined && new Set(Object.values(rules[fact])).size === 1) refuse(`${at}/${fact}`, "effective_interest", "The rule takes from an account and gives to the same: nothing would be deferred.");
    }
  }
}

/** Facts that take what waits, the side of their rule that names the account it waits on, and whether that is a fee's or a cost's. */
const TAKEN_FROM = [["fee_amortised", "debit.total", "fee"], ["deferred_fee_lost", "debit.total", "fee"], ["cost_amortised", "credit.total", "cost"], ["deferred_cost_lost", "credit.total", "cost"]] as const;

/** What a floating rate, rate bands, payment holidays and a tax on late charges must keep to, each told by its own name. */
function checkRates(d: ProductDefinition, refuse: Refuse): void {
  const { plan, model, interest } = d.schedule;
  const floating = plan?.floating;
  const above = (a: string | null, b: string | null) => a !== null && b !== null && parseRate(a).ppb > parseRate(b).ppb;
  if (floating !== undefined) {
    if (above(floating.floor, floating.cap)) refuse("schedule/plan/floating/floor", "floating_floor", "The floor is above the cap.");
    const dear = d.pricing.bands.findIndex((band) => above(band.annualRate, floating.cap));
    if (dear >= 0) refuse("schedule/plan/floating/cap", "floating_cap", `The rate of pricing band ${dear + 1} is above the cap.`);
    if (interest.method !== "declining") refuse("schedule/plan/floating", "floating_method", "A rate floats where interest is on the declining balance or accrues by the day.");
    if (floating.firstResetMonths > Math.max(...d.limits.terms) * (d.schedule.unit === "months" ? d.schedule.every : 1_000)) refuse("schedule/plan/floating/firstResetMonths", "floating_reset", "The first reset comes after the longest loan has ended.");
  }
  const lowest = d.pricing.bands.reduce((low, band) => (low < parseRate(band.annualRate).ppb ? low : parseRate(band.annualRate).ppb), 10_000_000_000n);
  for (const [i, band] of (plan?.tiers?.bands ?? []).entries()) if (band.plus.startsWith("-") && parseRate(band.plus.slice(1)).ppb > lowest) refuse(`schedule/plan/tiers/bands/${i}/plus`, "rate_band", "With the lowest price this band's rate would be below zero.");
  const holidays = d.paymentHolidays;
  if (holidays !== undefined && holidays.installments >= Math.min(...d.limits.terms)) refuse("paymentHolidays/installments", "payment_holidays", "The shortest loan has no more installments than may be put off.");
  if (holidays?.interest === "none" && interest.method !== "declining") refuse("paymentHolidays/interest", "payment_holidays", `Interest of a ${model.replace("_", " ")} loan that is fixed when it is drawn up runs on.`);
  const tax = d.lateFee?.taxRate;
  if (tax !== undefined && parseRate(tax).ppb > 1_000_000_000n) refuse("lateFee/taxRate", "late_tax", "A tax rate is a decimal fraction: 18 % is 0.18.");
  if (tax !== undefined && d.postingRules["penalty_charged"]?.["credit.tax"] === undefined) refuse("postingRules/penalty_charged", "late_tax", "The tax on late charges needs an account: credit.tax.");
}

function checkPolicy(d: ProductDefinition, refuse: Refuse): void {
  const engine = new ZenEngine();
  try {
    engine.createDecision(new ZenDecisionContent(d.policy)).validate();
  } catch (error) {
    refuse("policy", "policy", `The rule engine cannot read it: ${(error as Error).message.slice(0, 300)}`);
  } finally {
    engine.dispose();
  }
}

/** A loan must be possible at the corners of what the product offers. */
function checkSchedules(definition: ProductDefinition, currency: string, refuse: Refuse): void {
  const { limits, pricing } = definition;
  const terms = [Math.min(...limits.terms), Math.max(...limits.terms)];
  const rates = [pricing.bands[0]?.annualRate, pricing.bands.at(-1)?.annualRate].filter((r) => r !== undefined);
  for (const amountText of [limits.minimumAmount, limits.maximumAmount]) for (const termMonths of terms) for (const annualRate of rates) {
    const amount = parseAmount(amountText, currency);
    const loan = `${formatAmount(money(amount.minor, currency))} over ${termMonths} at ${annualRate}`;
    try {
      const made = quote({ currency, definition }, { amount, termMonths, annualRate, disbursementDate: "2026-01-15" });
      const fault = yieldFault(definition, made, amount);
      if (fault !== undefined) refuse("costs", "effective_interest", `${loan}: ${fault}`);
    } catch (error) {
      if (!(error instanceof EngineRefusal) && !(error instanceof RangeError)) throw error;
      refuse("schedule", "schedule", `No schedule can be made for ${loan}: ${error.message}`);
    }
  }
}

/** Why a loan with these fees and costs has no effective interest, or none that anybody means. */
function yieldFault(definition: ProductDefinition, { terms, schedule, currency, fees }: Quote, amount: Money): string | undefined {
  if (!defers(definition)) return undefined;
  const deferred = deferredFees(definition);
  const income = fees.reduce((sum, fee) => (deferred.has(fee.code) ? sum + fee.amountMinor : sum), 0);
  const costs = costsFor({ currency, definition }, amount).reduce((sum, cost) => sum + cost.amountMinor, 0);
  if (costs > income + schedule.totals.interest) return "the costs are more than all it will ever earn.";
  const flows = levelFlows(terms, terms.disbursementDate, schedule.rows);
  return levelSpread(flows, income - costs) === null ? "no rate of interest earns its fees over its term." : undefined;
}
