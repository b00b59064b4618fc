import { daysBetween, isoDate, parseAmount } from "#engine/index.ts";
import type { Answers } from "./form.ts";
import type { Facts } from "./scoring.ts";

/** A finished question to the outside, as far as a decision needs it. */
export interface CheckFact {
  readonly kind: string;
  readonly state: "asked" | "answered" | "in_doubt" | "outage" | "given_up";
  readonly outcome: string | null;
  readonly result: Readonly<Record<string, unknown>> | null;
}

export interface FactInput {
  readonly answers: Answers;
  readonly currency: string;
  readonly birthDate: string | undefined;
  readonly businessDate: string;
  readonly termMonths: number;
  readonly amountMinor: number;
  /** Monthly installment of the asked loan at the rate the score would give, minor units. */
  readonly installmentMinor: number;
  readonly checks: readonly CheckFact[];
}

/**
 * What a decision is made of: flat and typed. Amounts stay here; only their ratios, counts and flags go on to the rule engine.
 * Answers that may not count (sex, marital status, nationality) are asked by no form and passed on by nobody.
 */
export function factsOf(input: FactInput): Facts {
  const { answers, checks } = input;
  const minor = (name: string) => (typeof answers[name] === "string" ? Number(parseAmount(answers[name], input.currency).minor) : 0);
  const income = minor("monthlyIncome");
  const age = input.birthDate === undefined ? null : ageOn(input.birthDate, input.businessDate);
  const bureau = checks.find((check) => check.kind === "bureau");
  const summary = (bureau?.result?.["summary"] ?? {}) as Readonly<Record<string, unknown>>;
  const score = (bureau?.result?.["score"] ?? null) as { value: number } | null;
  const is = (kind: string, ...outcomes: string[]) => checks.some((check) => check.kind === kind && outcomes.includes(check.outcome ?? ""));
  const count = (name: string) => (typeof summary[name] === "number" ? summary[name] : 0);
  return {
    ...plain(answers),
    age, ageAtEnd: age === null ? null : age + Math.ceil(input.termMonths / 12), termMonths: input.termMonths, amountMajor: Math.round(input.amountMinor / 100),
    foir: income === 0 ? 9.99 : ratio(minor("monthlyObligations") + input.installmentMinor, income),
    installmentShare: income === 0 ? 9.99 : ratio(input.installmentMinor, income),
    bureauScore: score?.value ?? null, bureauNoRecord: bureau?.outcome === "no_record", bureauWrittenOff: count("writtenOff"), bureauWorstDpd12: count("worstDpd12"), bureauWorstDpd36: count("worstDpd36"),
    bureauEnquiries90: count("enquiries90Days"), bureauOpenTradelines: count("openTradelines"),
    sanctionsHit: is("sanctions", "hit"),
    identityMismatch: ["identity", "pan", "ssn", "aadhaar", "address"].some((kind) => is(kind, "mismatch", "no_record")),
    accountMismatch: is("bank_account", "mismatch", "no_record"),
    checkUnanswered: checks.some((check) => check.state !== "answered" || ["wrong_person", "refused", "pending"].includes(check.outcome ?? "")),
  };
}

/** Answers that are words, numbers or flags; sums of money are left out. */
function plain(answers: Answers): Record<string, string | number | boolean> {
  const out: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(answers)) {
    const isMoney = typeof value === "string" && /^-?\d+\.\d+$/.test(value);
    if (!isMoney && (typeof value === "string" || typeof value === "number" || typeof value === "boolean")) out[name] = value;
  }
  return out;
}

/** A ratio to four decimals; both in minor units. */
function ratio(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 10_000;
}

/** Completed years. @example ageOn("2000-02-29", "2021-02-28") is 20 */
export function ageOn(birthDate: string, day: string): number {
  if (daysBetween(isoDate(birthDate), isoDate(day)) < 0) return 0;
  return Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (day.slice(5) < birthDate.slice(5) ? 1 : 0);
}
