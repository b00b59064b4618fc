import { isIsoDate, isoDate, loanTerms, parseAmount, parseRate, type IsoDate, type LoanTerms, type LoanTermsInput } from "#engine/index.ts";

/** What the form holds: text, as typed, so that an address keeps a whole example. What is left out is as in {@link START}. */
export type LabInput = Readonly<Record<keyof typeof START, string>>;

/** A plain loan to begin with. */
export const START = {
  currency: "INR", principal: "200000.00", rate: "18", count: "24", every: "1", unit: "months", start: "2026-01-15", first: "",
  model: "classic", amortization: "equal_installments", method: "declining", calculation: "equal_periods", year: "365", dayCount: "", rebate: "rule_of_78", chargeBy: "add_on", pauses: "",
  rateSteps: "", tiersOn: "whole_balance", tiers: "", onChange: "payment", graduated: "", payments: "", seasonal: "", unpaid: "accrue_to_first", custom: "",
  amount: "", multiple: "", balloon: "", gracePrincipal: "0", graceInterest: "0", graceRule: "accrue_to_first", down: "", length: "", dates: "", roll: "none", holidays: "", prepayment: "next_installments", rounding: "half-even",
  feePercent: "", feeFlat: "", feeDeducted: "yes", installmentFee: "",
};

/** A field that cannot be read, in words. */
export class LabFault extends Error {
  readonly field: keyof LabInput;

  constructor(field: keyof LabInput, message: string) {
    super(message);
    this.field = field;
  }
}

/** The engine's terms of what was typed. @throws LabFault a field that cannot be read */
export function termsOf(input: LabInput): LoanTerms {
  const read = readerOf(input);
  const { currency } = input;
  const principal = read.amount("principal") ?? 0;
  const terms: LoanTermsInput = {
    currency, principal, disbursementDate: read.date("start") ?? isoDate(START.start), firstDueDate: read.date("first"), rounding: input.rounding as LoanTerms["rounding"],
    model: input.model as LoanTerms["model"], amortization: input.amortization as LoanTerms["amortization"],
    installments: { count: input.custom === "" ? read.whole("count") : lines(input.custom).length, every: read.whole("every"), unit: input.unit as "months" },
    interest: {
      ratePpb: read.percent("rate") ?? 0, method: input.method as "declining", calculation: input.calculation as "equal_periods", daysInYear: input.year === "actual" ? "actual" : (Number(input.year) as 365),
      ...(input.dayCount === "" ? {} : { dayCount: input.dayCount as never }), ...(input.method === "precomputed" ? { rebate: input.rebate as "actuarial", chargeBy: input.chargeBy as "add_on" } : {}),
      ...(input.pauses === "" ? {} : { pauses: lines(input.pauses).map((line) => pauseOf(line)) }),
      recalculation: input.model === "progressive" ? { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } : null,
    },
    installmentAmount: read.amount("amount"), balloon: read.amount("balloon") ?? 0, fixedLengthDays: input.length === "" ? null : read.whole("length"),
    grace: { principalInstallments: read.whole("gracePrincipal"), interestInstallments: read.whole("graceInterest"), ...(input.graceInterest === "0" ? {} : { interest: input.graceRule as "none" }) },
    downPayment: input.down === "" ? null : { percentPpb: read.percent("down") ?? 0, autoCollect: true },
    prepayment: input.prepayment as LoanTerms["prepayment"],
    calendar: { weekend: input.roll === "none" ? [] : [6, 7], holidays: lines(input.holidays).map((line) => dateOf("holidays", line)), roll: input.roll as "none", movesInterest: false },
    charges: chargesOf(input, read), compatibility: { installmentMultiple: read.amount("multiple") },
  };
  return loanTerms({ ...terms, ...plansOf(input, read) });
}

type Reader = ReturnType<typeof readerOf>;

function readerOf(input: LabInput) {
  return {
    amount: (field: keyof LabInput) => (input[field] === "" ? null : amountOf(field, input[field], input.currency)),
    percent: (field: keyof LabInput) => (input[field] === "" ? null : percentOf(field, input[field])),
    whole: (field: keyof LabInput) => {
      if (!/^\d{1,4}$/.test(input[field])) throw new LabFault(field, "Type a whole number.");
      return Number(input[field]);
    },
    date: (field: keyof LabInput): IsoDate | null => (input[field] === "" ? null : dateOf(field, input[field])),
  };
}

/** How rate, payments and dates vary: only what was typed. */
function plansOf(input: LabInput, read: Reader): Pick<LoanTerms, "ratePlan" | "payments" | "dates"> {
  const at = (field: keyof LabInput, text: string) => {
    const [place = "", value = ""] = text.split(/[=:]/).map((part) => part.trim());
    if (!/^\d{1,3}$/.test(place) || value === "") throw new LabFault(field, `“${text}” must be like 13 = 12.5`);
    return { installment: Number(place), value };
  };
  const rates = {
    ...(input.rateSteps === "" ? {} : { steps: lines(input.rateSteps).map((line) => ({ installment: at("rateSteps", line).installment, ratePpb: percentOf("rateSteps", at("rateSteps", line).value) })) }),
    ...(input.tiers === "" ? {} : { tiers: { on: input.tiersOn as "marginal", bands: lines(input.tiers).map((line) => bandOf(line, input.currency)) } }),
  };
  const payments = {
    ...(input.graduated === "" ? {} : { graduated: graduatedOf(input.graduated) }),
    ...(input.payments === "" ? {} : { steps: lines(input.payments).map((line) => ({ installment: at("payments", line).installment, amount: amountOf("payments", at("payments", line).value, input.currency) })) }),
    ...(input.seasonal === "" ? {} : { seasonal: { months: lines(input.seasonal).map((line) => ({ month: at("seasonal", line).installment, factorPpb: percentOf("seasonal", at("seasonal", line).value) })), unpaidInterest: input.unpaid as "none" } }),
    ...(input.custom === "" ? {} : { custom: lines(input.custom).map((line) => customOf(line, input.currency)) }),
  };
  return {
    ...(Object.keys(rates).length === 0 ? {} : { ratePlan: { ...rates, onChange: input.onChange as "payment" } }),
    ...(Object.keys(payments).length === 0 ? {} : { payments }),
    ...(input.dates === "" ? {} : { dates: datesOf(input.dates, read) }),
  };
}

function datesOf(text: string, _read: Reader): NonNullable<LoanTerms["dates"]> {
  if (text === "month_end") return { kind: "month_end" };
  const [a = 0, b = 0] = (/^(-?\d+) *[,/] *(\d+)$/.exec(text.replace(/^[a-z_]+ */, "")) ?? []).slice(1).map(Number);
  if (text.startsWith("semi_monthly")) return { kind: "semi_monthly", days: [a, b] };
  if (text.startsWith("nth_weekday")) return { kind: "nth_weekday", nth: a, weekday: b };
  throw new LabFault("dates", "Type month_end, semi_monthly 1, 15 or nth_weekday 2, 5.");
}

function chargesOf(input: LabInput, read: Reader): LoanTerms["charges"] {
  const once = { component: "fee", timing: "at_disbursement", deducted: input.feeDeducted === "yes" } as const;
  const [percent, flat, each] = [read.percent("feePercent"), read.amount("feeFlat"), read.amount("installmentFee")];
  return [
    ...(percent === null ? [] : [{ ...once, code: "processing_fee", basis: "percent_of_disbursed" as const, percentPpb: percent }]),
    ...(flat === null ? [] : [{ ...once, code: "documentation_fee", basis: "flat" as const, amount: flat }]),
    ...(each === null ? [] : [{ code: "service_fee", component: "fee" as const, timing: "every_installment" as const, basis: "flat" as const, amount: each }]),
  ];
}

function amountOf(field: keyof LabInput, text: string, currency: string): number {
  try {
    return Number(parseAmount(text.replaceAll(",", ""), currency).minor);
  } catch {
    throw new LabFault(field, `“${text}” is no amount in ${currency}.`);
  }
}

/** Per cent to parts per billion. */
function percentOf(field: keyof LabInput, text: string): number {
  const found = /^(-?)(\d{1,4})(?:\.(\d{1,7}))?\s*%?$/.exec(text.trim());
  if (!found) throw new LabFault(field, `“${text}” is no percentage.`);
  const [, sign = "", whole = "0", part = ""] = found;
  const size = Number(parseRate(`${whole}.${part.padEnd(7, "0")}`).ppb) / 100;
  return sign === "-" ? -size : size;
}

function dateOf(field: keyof LabInput, text: string): IsoDate {
  if (!isIsoDate(text)) throw new LabFault(field, `“${text}” is no day; write YYYY-MM-DD.`);
  return text;
}

/** Parts of a list, one a line or between semicolons. */
function lines(text: string): string[] {
  return text.split(/[;\n]/).map((line) => line.trim()).filter((line) => line !== "");
}

function pauseOf(line: string): { from: IsoDate; to: IsoDate } {
  const [from = "", to = ""] = line.split("..").map((part) => part.trim());
  return { from: dateOf("pauses", from), to: dateOf("pauses", to) };
}

function bandOf(line: string, currency: string): { above: number; upTo: number | null; plusPpb: number } {
  const found = /^([\d.,]+)\s*-\s*([\d.,]*)\s*[=:]\s*(-?[\d.]+)\s*%?$/.exec(line);
  if (!found) throw new LabFault("tiers", `“${line}” must be like 0 - 50000 = 0 or 50000 - = -1.5`);
  const [, above = "0", upTo = "", plus = "0"] = found;
  return { above: amountOf("tiers", above, currency), upTo: upTo === "" ? null : amountOf("tiers", upTo, currency), plusPpb: percentOf("tiers", plus) };
}

function graduatedOf(text: string): { every: number; percentPpb: number; times: number | null } {
  const found = /^(-?[\d.]+)\s*%?\s*every\s*(\d{1,3})(?:\s*,?\s*(\d{1,3})\s*times)?$/.exec(text.trim());
  if (!found) throw new LabFault("graduated", "Write like 5 % every 12, 4 times.");
  return { percentPpb: percentOf("graduated", found[1] ?? "0"), every: Number(found[2]), times: found[3] === undefined ? null : Number(found[3]) };
}

function customOf(line: string, currency: string): { dueDate: IsoDate; principal?: number; total?: number } {
  const found = /^(\d{4}-\d\d-\d\d)(?:\s+(?:(principal)\s+)?([\d.,]+))?$/.exec(line);
  if (!found) throw new LabFault("custom", `“${line}” must be like 2026-03-01 5000.00 or 2026-03-01 principal 4000.00`);
  const dueDate = dateOf("custom", found[1] ?? "");
  if (found[3] === undefined) return { dueDate };
  const amount = amountOf("custom", found[3], currency);
  return found[2] === undefined ? { dueDate, total: amount } : { dueDate, principal: amount };
}
