import { addDays, addMonths, buildSchedule, isoDate, loanTerms, type EventDraft, type IsoDate, type LoanTerms, type Schedule } from "#engine/index.ts";
import type { PartyInput } from "#modules/parties/index.ts";
import { termsFor, type PricedVersion } from "#modules/products/index.ts";
import type { Chance } from "./chance.ts";
import { KINDS, type Kind } from "./catalogue.ts";

/** Of a thousand loans: late ones, and those taken to loss. */
const LATE = 80;
const LOST = 20;
/** Loans are at most this old. */
const MONTHS_BACK = 60;
/** Where the past is told whole, loans are of all ages up to so many times their term: the oldest are paid up. */
const PAID_UP = 1.2;

export interface MadeLoan { readonly kind: Kind; readonly terms: LoanTerms; readonly history: readonly EventDraft[] }

export type Version = PricedVersion & { readonly id: string };

/**
 * One loan of the portfolio as it stands on a day: kind, contract, age, how late. Where rows are fixed, the contract and the sum of what
 * was paid carry the balance; where interest follows the balance, what remains of the contract from the last due date that was kept.
 */
export function makeLoan(chance: Chance, today: IsoDate, versionOf: (kind: Kind) => Version, history: "opening" | "full" = "opening"): MadeLoan {
  const kind = kindBy(chance.upTo(100));
  const version = versionOf(kind);
  const count = chance.oneOf(kind.counts);
  const amount = chance.between(kind.amounts[0] / 10, kind.amounts[1] / 10) * 10;
  const annualRate = `0.${String(chance.between(kind.rates[0], kind.rates[1])).padStart(4, "0")}`;
  const { every, unit } = version.definition.schedule;
  const days = unit === "months" ? 30.4 * every : unit === "weeks" ? 7 * every : every;
  const late = chance.happens(LATE) ? chance.between(1, 4) : 0;
  const age = Math.min(chance.upTo(history === "full" ? Math.ceil(count * PAID_UP) : count), Math.floor((MONTHS_BACK * 30.4) / days));
  const missed = Math.min(late, age);
  // Due dates are spread over the days up to the 28th, as lenders do.
  const started = unit === "months" ? addMonths(isoDate(`${today.slice(0, 8)}${String(chance.between(1, 28)).padStart(2, "0")}`), -age * every) : addDays(today, -Math.round(age * days) - chance.upTo(Math.ceil(days)));
  const disbursementDate = started > today ? addMonths(started, -1) : started;
  const offered = termsFor(version, { amount: { minor: BigInt(amount) * 100n, currency: version.currency }, termMonths: count, annualRate, disbursementDate });
  const terms = loanTerms({ ...offered, ...kind.contract?.(offered.principal) });
  const schedule = buildSchedule(terms);
  const due = schedule.rows.filter((row) => row.dueDate < today).length;
  const kept = Math.max(0, Math.min(due, schedule.rows.length - (history === "full" ? 0 : 1)) - missed);
  const made = history === "full" ? { terms, history: lifeUpTo(terms, schedule, kept, today, chance) } : kind.schedule.model === "classic" ? paidUpTo(terms, schedule, kept) : remainderFrom(terms, schedule, kept);
  const lost = missed > 0 && chance.happens((LOST * 1_000) / LATE);
  return { kind, terms: made.terms, history: lost ? [...made.history, { type: "chargedOff", valueDate: addDays(today, -1) }] : made.history };
}

function kindBy(percent: number): Kind {
  let sum = 0;
  for (const kind of KINDS) {
    sum += kind.share;
    if (percent < sum) return kind;
  }
  return KINDS[0] as Kind;
}

/** The contract itself, paid out on its day, with all that was paid as one payment on the first due date: no row was ever late. */
function paidUpTo(terms: LoanTerms, schedule: Schedule, kept: number): { terms: LoanTerms; history: EventDraft[] } {
  const history: EventDraft[] = [{ type: "disbursed", valueDate: terms.disbursementDate, amount: terms.principal }];
  const rows = schedule.rows.slice(0, kept);
  const first = rows[0];
  const amount = rows.reduce((sum, row) => sum + row.total, 0);
  if (first && amount > 0) history.push({ type: "paymentReceived", kind: "repayment", valueDate: first.dueDate, amount });
  return { terms, history };
}

/** Of a thousand payments: those that come some days late, and those that come in two halves. */
const PAID_LATE = 100;
const PAID_IN_HALVES = 20;

/** All that happened: the payout, and a payment for each row that was kept, on its day or some days after. */
function lifeUpTo(terms: LoanTerms, schedule: Schedule, kept: number, today: IsoDate, chance: Chance): EventDraft[] {
  const history: EventDraft[] = [{ type: "disbursed", valueDate: terms.disbursementDate, amount: terms.principal }];
  const pay = (valueDate: IsoDate, amount: number) => {
    if (amount > 0 && valueDate < today) history.push({ type: "paymentReceived", kind: "repayment", valueDate, amount });
  };
  for (const row of schedule.rows.slice(0, kept)) {
    const half = chance.happens(PAID_IN_HALVES) ? Math.floor(row.total / 2) : 0;
    pay(row.dueDate, half);
    pay(chance.happens(PAID_LATE) ? addDays(row.dueDate, chance.between(1, 9)) : row.dueDate, row.total - half);
  }
  return history.sort((a, b) => (a.valueDate < b.valueDate ? -1 : a.valueDate > b.valueDate ? 1 : 0));
}

/** What remains after the rows that were kept, as a loan that began on the last of their due dates. */
function remainderFrom(terms: LoanTerms, schedule: Schedule, kept: number): { terms: LoanTerms; history: EventDraft[] } {
  const last = schedule.rows[kept - 1];
  const rest: LoanTerms = last === undefined ? terms : {
    ...terms, principal: last.balance, disbursementDate: last.dueDate, firstDueDate: schedule.rows[kept]?.dueDate ?? null, installmentAmount: schedule.installmentAmount,
    installments: { ...terms.installments, count: terms.installments.count - kept },
  };
  return { terms: rest, history: [{ type: "disbursed", valueDate: rest.disbursementDate, amount: rest.principal }] };
}

const GIVEN = ["Aarav", "Ananya", "Ben", "Chloe", "Dev", "Ella", "Farah", "George", "Hana", "Ishan", "Julia", "Kabir", "Lena", "Maya", "Nikhil", "Olga", "Priya", "Quentin", "Ravi", "Sofia", "Tara", "Umar", "Vera", "Wei", "Yusuf", "Zoe"] as const;
const FAMILY = ["Acharya", "Becker", "Chopra", "Dubois", "Evans", "Fischer", "Ghosh", "Hughes", "Iyer", "Joshi", "Kulkarni", "Larsen", "Mehta", "Nair", "Okafor", "Patel", "Quinn", "Reddy", "Sharma", "Torres", "Usman", "Varma", "Walker", "Young", "Zimmer"] as const;

/** A person who does not exist. `line` makes the identifier of each one different. */
export function makePerson(chance: Chance, line: number, country: "IN" | "US"): PartyInput & { givenName: string; familyName: string } {
  const givenName = chance.oneOf(GIVEN);
  const familyName = chance.oneOf(FAMILY);
  const birthDate = addDays(isoDate("1958-01-01"), chance.upTo(16_000));
  if (country === "IN") return { givenName, familyName, birthDate, phone: `+919${String(100_000_000 + (line % 800_000_000)).padStart(9, "0")}`, identifiers: [{ scheme: "PAN", value: panOf(line) }] };
  const digits = String(line % 9_990_000 + 10_000).padStart(7, "0");
  return { givenName, familyName, birthDate, phone: `+1515${String(2_000_000 + (line % 7_900_000)).padStart(7, "0")}`, identifiers: [{ scheme: "SSN", value: ssnOf(line) }], email: `person${digits}@example.org` };
}

/** Five letters (the fourth P: a person), four digits, a letter. @example panOf(0) is "AAAPA0001A" */
function panOf(line: number): string {
  const letter = (n: number) => String.fromCharCode(65 + (n % 26));
  const n = Math.floor(line / 9_999);
  return `${letter(Math.floor(n / 17_576))}${letter(Math.floor(n / 676))}${letter(Math.floor(n / 26))}P${letter(n)}${String((line % 9_999) + 1).padStart(4, "0")}A`;
}

/** Area 001–665, group 01–99, serial 0001–9999, none of them zero. */
function ssnOf(line: number): string {
  const serial = (line % 9_999) + 1;
  const group = (Math.floor(line / 9_999) % 99) + 1;
  const area = (Math.floor(line / (9_999 * 99)) % 665) + 1;
  return `${String(area).padStart(3, "0")}${String(group).padStart(2, "0")}${String(serial).padStart(4, "0")}`;
}
