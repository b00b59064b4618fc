import { plainText } from "./plain-text.ts";

/** An application as the register asks of it. Amounts are minor units, rates decimal fractions. */
export interface Disposition {
  readonly number: string;
  readonly state: string;
  readonly submittedOn: string | null;
  readonly stateSince: string | null;
  readonly decidedOn: string | null;
  readonly paidOutOn: string | null;
  readonly outcome: string | null;
  readonly reasonCodes: readonly string[];
  readonly amountMinor: bigint;
  readonly termMonths: number;
  readonly annualRate: string | null;
  readonly apr: string | null;
  readonly offered: boolean;
  readonly purpose: string | null;
  readonly monthlyIncome: string | null;
  readonly debtToIncome: string | null;
  readonly score: number | null;
  readonly age: number | null;
  readonly address: { readonly line1: string; readonly city: string; readonly region: string; readonly postalCode: string } | null;
}

export interface HmdaSettings {
  readonly lei: string;
  /** Average prime offer rate by month of the rate lock, decimal fraction. */
  readonly averagePrimeOfferRates: Readonly<Record<string, string>>;
  readonly purposes: Readonly<Record<string, string>>;
  readonly denialReasons: Readonly<Record<string, string>>;
}

/** Fields of a line. @source 12 CFR 1003.4; FFIEC filing instructions, loan/application register */
const FIELDS = 110;

/** What was done and when; null while the application is still open. @source 12 CFR 1003.4(a)(8) */
export function actionTaken(d: Disposition): { readonly code: string; readonly date: string } | null {
  const approved = d.offered || d.outcome === "approve";
  const [code, date] = d.state === "disbursed" ? ["1", d.paidOutOn ?? d.stateSince] : d.state === "declined" ? ["3", d.decidedOn ?? d.stateSince]
    : d.state === "withdrawn" ? [approved ? "2" : "4", d.stateSince] : d.state === "expired" ? [approved ? "2" : "5", d.stateSince] : ["", null];
  return date === null ? null : { code, date };
}

/**
 * One line of the loan/application register, 110 fields between bars. What a lender does not collect here is NA or the code for not applicable:
 * nothing is guessed.
 *
 * @returns null for an application that is still open
 * @source  FFIEC filing instructions guide, loan/application register
 */
export function hmdaLine(d: Disposition, s: HmdaSettings): string | null {
  const action = actionTaken(d);
  if (action === null) return null;
  const fields = Array.from({ length: FIELDS }, () => "NA");
  const put = (number: number, value: string) => { fields[number - 1] = value; };
  const day = (date: string) => date.replaceAll("-", "");
  for (const [number, value] of [[1, "2"], [2, s.lei], [3, universalLoanIdentifier(s.lei, d.number)], [5, "1"], [7, "2"], [8, "1"], [9, "1"], [12, day(action.date)], [11, action.code]] as const) put(number, value);
  if (d.submittedOn !== null) put(4, day(d.submittedOn));
  put(6, s.purposes[d.purpose ?? ""] ?? "4");
  put(10, String(d.amountMinor / 100n));
  if (d.address !== null) [[13, plainText(d.address.line1, 60)], [14, plainText(d.address.city, 40)], [15, plainText(d.address.region, 2)], [16, d.address.postalCode]].forEach(([n, v]) => put(n as number, v as string));
  // Not asked, so not provided; and nobody applies with them. Ethnicity and race have codes of their own.
  for (const [number, value] of [[19, "3"], [25, "5"], [33, "6"], [41, "8"]] as const) put(number, value);
  for (const number of [...range(20, 24), ...range(26, 30), ...range(34, 40), ...range(42, 48)]) put(number, "");
  for (const [number, value] of [[31, "3"], [32, "4"], [49, "3"], [50, "4"], [51, "3"], [52, "5"], [53, "3"], [54, "4"]] as const) put(number, value);
  put(55, d.age === null ? "8888" : String(d.age));
  put(56, "9999");
  if (d.monthlyIncome !== null && /^\d+(\.\d+)?$/.test(d.monthlyIncome)) put(57, String(Math.round((Number(d.monthlyIncome) * 12) / 1000)));
  for (const [number, value] of [[58, "0"], [59, ["1", "2"].includes(action.code) ? spread(d, s) : "NA"], [60, "3"], [61, "1"], [62, d.score === null ? "8888" : String(d.score)], [63, "9999"], [64, d.score === null ? "9" : "8"], [65, ""], [66, "10"], [67, ""]] as const) put(number, value);
  const reasons = action.code === "3" ? [...new Set(d.reasonCodes.map((code) => s.denialReasons[code] ?? "9"))].slice(0, 4) : ["10"];
  for (let n = 0; n < 4; n++) put(68 + n, reasons[n] ?? "");
  put(72, reasons.includes("9") ? "CREDIT POLICY" : "");
  if (d.annualRate !== null) put(78, percent(d.annualRate));
  if (d.debtToIncome !== null) put(80, percent(d.debtToIncome));
  put(82, String(d.termMonths));
  for (const [number, value] of [[84, "2"], [85, "2"], [86, "2"], [87, "2"], [91, "1"], [93, "1"], [94, "1"], [96, "6"], [102, "17"], [108, "2"], [109, "2"], [110, "2"]] as const) put(number, value);
  for (const number of [...range(97, 101), ...range(103, 107)]) put(number, "");
  return fields.join("|");
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_v, i) => from + i);

/**
 * The lender's identifier, the application's number and two check digits.
 * @source  12 CFR 1003 Appendix C
 * @example universalLoanIdentifier("10Bx939c5543TqA1144M", "999143X") is "10Bx939c5543TqA1144M999143X38"
 */
export function universalLoanIdentifier(lei: string, number: string): string {
  const unchecked = `${lei}${number.replace(/[^A-Za-z0-9]/g, "")}`;
  const digits = unchecked.replace(/[A-Za-z]/g, (letter) => String(Number.parseInt(letter, 36)));
  return `${unchecked}${String(98n - (BigInt(digits) * 100n) % 97n).padStart(2, "0")}`;
}

/** Whole years from one day to another. @example age("2001-03-01", "2026-03-01") is 25 */
export function age(birthDate: string, on: string): number {
  return Number(on.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (on.slice(5) < birthDate.slice(5) ? 1 : 0);
}

/** APR less the average prime offer rate of the month, in points with three decimals; NA where either is not known. @source 12 CFR 1003.4(a)(12) */
function spread(d: Disposition, s: HmdaSettings): string {
  const prime = d.decidedOn === null ? undefined : s.averagePrimeOfferRates[d.decidedOn.slice(0, 7)];
  if (d.apr === null || prime === undefined) return "NA";
  const thousandths = Math.round((Number(d.apr) - Number(prime)) * 100_000);
  return `${thousandths < 0 ? "-" : ""}${Math.floor(Math.abs(thousandths) / 1000)}.${String(Math.abs(thousandths) % 1000).padStart(3, "0")}`;
}

/** A decimal fraction in per cent, at most three decimals. @example percent("0.0725") is "7.25" */
function percent(fraction: string): string {
  const thousandths = Math.round(Number(fraction) * 100_000);
  return `${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, "0")}`.replace(/\.?0+$/, "");
}
