import { type Static, Type } from "typebox";
import { daysFrom, monthNumber, monthText } from "../civil-date.ts";
import { toMinor, toText } from "../money-text.ts";
import { AmountText, BureauPerson, CountryText, DateText, Shape } from "../schemas.ts";
import { diceOf, stableId } from "../seeded.ts";
import { type Country, currencyOf, type PastEnquiry, type Tradeline } from "./report.ts";

const GridCell = Shape({ month: Type.String({ pattern: "^\\d{4}-(0[1-9]|1[0-2])$" }), dpd: Type.Integer({ minimum: 0, maximum: 2000 }) });

export const SeededTradeline = Shape({
  kind: Type.Enum(["credit_card", "personal_loan", "auto_loan", "home_loan", "consumer_durable", "student_loan"]),
  openedDate: DateText,
  amount: Type.Optional(AmountText),
  limit: Type.Optional(AmountText),
  lenderType: Type.Optional(Type.Enum(["bank", "nbfc", "credit_union", "card_issuer", "finance_company"])),
  closedDate: Type.Optional(Type.Union([DateText, Type.Null()])),
  status: Type.Optional(Type.Enum(["open", "closed", "written_off"])),
  balance: Type.Optional(AmountText),
  monthlyPayment: Type.Optional(AmountText),
  overdue: Type.Optional(AmountText),
  grid: Type.Optional(Type.Array(GridCell, { maxItems: 36 })),
});
export type SeededTradeline = Static<typeof SeededTradeline>;

export const ScoreReason = Shape({ code: Type.String({ maxLength: 20 }), text: Type.String({ maxLength: 300 }) });

/** What a caller may say about a person; the rest is derived or synthetic. */
export const PersonFile = Shape({
  person: BureauPerson,
  country: CountryText,
  noRecord: Type.Optional(Type.Boolean()),
  score: Type.Optional(Type.Union([
    Type.Integer({ minimum: 300, maximum: 900 }),
    Shape({ value: Type.Integer({ minimum: 300, maximum: 900 }), reasons: Type.Optional(Type.Array(ScoreReason, { maxItems: 8 })) }),
  ])),
  tradelines: Type.Optional(Type.Array(SeededTradeline, { maxItems: 60 })),
  enquiries: Type.Optional(Type.Array(Shape({ date: DateText, lender: Type.String({ maxLength: 200 }), kind: Type.Enum(["soft", "hard"]) }), { maxItems: 100 })),
});
export type PersonFile = Static<typeof PersonFile>;

const GRID_MONTHS = 36;
/** Months a loan of a kind runs when nobody says so. */
const USUAL_TERM: Readonly<Record<string, number>> = { personal_loan: 36, auto_loan: 60, home_loan: 240, consumer_durable: 12, student_loan: 96, credit_card: 0 };

/**
 * One tradeline as it stands on `asOf`: what the caller gave stays, the rest follows from it. A loan runs down in
 * straight steps over its usual term; a card is used to a seeded share of its limit.
 *
 * @param key seed and place in the file, so that the same line is the same in every report
 */
export function tradelineAsOf(given: SeededTradeline, country: Country, key: readonly string[], asOf: string): Tradeline {
  const currency = currencyOf(country);
  const dice = diceOf(...key);
  const lenderType = given.lenderType ?? (given.kind === "credit_card" ? "card_issuer" : dice.pick(country === "IN" ? ["bank", "nbfc"] : ["bank", "credit_union", "finance_company"]));
  const basis = toMinor(given.limit ?? given.amount ?? "0", currency);
  const age = monthNumber(asOf) - monthNumber(given.openedDate);
  const term = USUAL_TERM[given.kind] ?? 36;
  const repaid = given.kind !== "credit_card" && age >= term;
  const closedDate = given.closedDate ?? (given.status === undefined && repaid ? `${monthText(monthNumber(given.openedDate) + term)}-01` : null);
  const status = given.status ?? (closedDate !== null && closedDate <= asOf ? "closed" : "open");
  const derived = given.kind === "credit_card"
    ? { balance: (basis * BigInt(dice.between(5, 70))) / 100n, payment: basis / 20n }
    : { balance: (basis * BigInt(Math.max(term - age, 0))) / BigInt(term), payment: basis / BigInt(term) + basis / 100n };
  const open = status === "open";
  const overdue = given.overdue ?? (status === "written_off" ? given.balance ?? toText(basis / 2n, currency) : "0");
  return {
    id: stableId("tl", ...key), lenderType, kind: given.kind, openedDate: given.openedDate, closedDate: status === "closed" ? closedDate : null, status, currency,
    limit: given.limit === undefined ? null : normal(given.limit, currency),
    amount: given.amount === undefined ? null : normal(given.amount, currency),
    balance: given.balance === undefined ? toText(open ? derived.balance : status === "written_off" ? basis / 2n : 0n, currency) : normal(given.balance, currency),
    monthlyPayment: given.monthlyPayment === undefined ? toText(open ? derived.payment : 0n, currency) : normal(given.monthlyPayment, currency),
    overdue: normal(overdue, currency),
    grid: given.grid ?? quietGrid(given.openedDate, status === "closed" ? closedDate ?? asOf : asOf, toMinor(overdue, currency) > 0n ? (status === "written_off" ? 180 : 30) : 0),
  };
}

/** A grid of punctual months, newest first, the newest being `latestDpd` days late. */
function quietGrid(openedDate: string, until: string, latestDpd: number): { month: string; dpd: number }[] {
  const last = monthNumber(until);
  const months = Math.max(0, Math.min(GRID_MONTHS, last - monthNumber(openedDate)));
  return Array.from({ length: months }, (_, index) => ({ month: monthText(last - index), dpd: index === 0 ? latestDpd : 0 }));
}

const normal = (text: string, currency: string): string => toText(toMinor(text, currency), currency);

/** Enquiries not after `asOf` and not older than two years, newest first. */
export const enquiriesAsOf = (enquiries: readonly PastEnquiry[], asOf: string): PastEnquiry[] =>
  enquiries.filter((each) => each.date <= asOf && daysFrom(each.date, asOf) <= 730).sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0));
