import { monthNumber, monthText, plusDays } from "../civil-date.ts";
import { nameEffect } from "../magic-values.ts";
import type { BureauPerson } from "../schemas.ts";
import { type Dice, diceOf } from "../seeded.ts";
import type { PersonFile, SeededTradeline } from "./person-file.ts";
import type { Country, PastEnquiry } from "./report.ts";

/** How a synthetic person treats debts; everything in the file follows from it. */
type Temper = "prime" | "ordinary" | "subprime" | "defaulter";

const PERCENT_WITHOUT_FILE = 11;
const FIRST_MONTH = monthNumber("2012-01");
const LAST_MONTH = monthNumber("2026-12");
const LENDERS = ["Meridian Card Company", "Harbour Finance", "Old Town Bank", "Cedar Credit", "Northgate Lending"];
const SIZES: Readonly<Record<Country, Readonly<Record<string, readonly [number, number]>>>> = {
  IN: { credit_card: [30, 400], personal_loan: [50, 800], auto_loan: [300, 1_200], consumer_durable: [10, 80], home_loan: [1_500, 8_000] },
  US: { credit_card: [1, 20], personal_loan: [2, 30], auto_loan: [8, 45], student_loan: [5, 60], home_loan: [120, 600] },
};

/**
 * The file of a person nobody has described, made from the seed and `subject` (first identifier, or name and birth date).
 * Its facts have fixed dates, so two enquiries a year apart tell one story.
 */
export function syntheticFile(seed: string, subject: string, person: BureauPerson, country: Country): PersonFile {
  const dice = diceOf(seed, "bureau", subject);
  const effect = nameEffect(person.familyName);
  const temper: Temper = effect === "prime" || effect === "subprime" || effect === "defaulter" ? effect : temperOf(dice.between(1, 100));
  const withoutFile = dice.chance(PERCENT_WITHOUT_FILE);
  const noRecord = effect === "no-record" || (withoutFile && effect === undefined);
  const kinds = Object.keys(SIZES[country]);
  const count = temper === "ordinary" ? dice.between(1, 5) : dice.between(2, 5);
  const tradelines = Array.from({ length: count }, (_, index) => syntheticLine(dice, temper, country, dice.pick(kinds), index));
  const enquiries: PastEnquiry[] = Array.from({ length: dice.between(0, temper === "prime" ? 1 : 4) }, () => (
    { date: plusDays("2025-01-01", dice.between(0, 700)), lender: dice.pick(LENDERS), kind: "hard" as const }));
  return { person: onFile(person, effect === "mismatch"), country, noRecord, score: scoreOf(dice, temper, country), tradelines, enquiries };
}

const temperOf = (roll: number): Temper => (roll <= 35 ? "prime" : roll <= 78 ? "ordinary" : roll <= 94 ? "subprime" : "defaulter");

function scoreOf(dice: Dice, temper: Temper, country: Country): number {
  const value = { prime: dice.between(760, 835), ordinary: dice.between(670, 759), subprime: dice.between(560, 650), defaulter: dice.between(380, 520) }[temper];
  return country === "IN" && temper === "prime" ? value + 30 : value;
}

/** What the bureau holds may differ from what the applicant said. */
const onFile = (person: BureauPerson, otherBirthDate: boolean): BureauPerson => {
  if (!otherBirthDate) return person;
  // The first of the month exists in every year, the 29th of February does not.
  return { ...person, birthDate: `${Number(person.birthDate.slice(0, 4)) - 1}${person.birthDate.slice(4, 8)}01` };
};

function syntheticLine(dice: Dice, temper: Temper, country: Country, kind: string, index: number): SeededTradeline {
  const [low, high] = SIZES[country][kind] ?? [10, 100];
  const size = `${dice.between(low, high)}000.00`;
  const openedMonth = dice.between(FIRST_MONTH, LAST_MONTH - 18);
  const line: SeededTradeline = {
    kind: kind as SeededTradeline["kind"],
    openedDate: `${monthText(openedMonth)}-${String(dice.between(1, 28)).padStart(2, "0")}`,
    ...(kind === "credit_card" ? { limit: size } : { amount: size }),
  };
  if (temper === "defaulter" && index === 0) return { ...line, status: "written_off" };
  if (temper === "subprime" && index === 0) return { ...line, kind: "credit_card", limit: size, amount: undefined, status: "open", overdue: `${dice.between(1, Math.max(1, low))}00.00` };
  return line;
}

/**
 * Days past due in one month of one tradeline. Hangs on the calendar month, so a grid read later still holds the months
 * read before.
 */
export function syntheticDpd(seed: string, lineId: string, month: string, score: number): number {
  const dice = diceOf(seed, "dpd", lineId, month);
  const percentLate = score >= 760 ? 0 : score >= 670 ? 3 : score >= 560 ? 16 : 35;
  return dice.chance(percentLate) ? dice.pick([12, 18, 31, 45, 62]) : 0;
}

/** Somebody else entirely, for the wrong-person fault. */
export function strangerOf(person: BureauPerson): BureauPerson {
  return {
    givenName: "Morgan", familyName: "Otherwise", birthDate: "1971-07-13",
    identifiers: person.identifiers.map((each) => ({ scheme: each.scheme, value: each.scheme.toUpperCase() === "PAN" ? "ZZZPO9999Z" : "666009999" })),
    address: { line1: "1 Elsewhere Street", city: "Elsewhere", country: person.address?.country },
  };
}
