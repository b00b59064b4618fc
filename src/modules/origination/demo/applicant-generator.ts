import { seededRandom } from "#kernel/ids.ts";
import type { CreditRow } from "./german-credit.ts";

type Chance = ReturnType<typeof seededRandom>;
type Weighted = readonly (readonly [string, number, number])[];

/** Value, usual weight, and by how much a prudent applicant (one standard deviation) is more likely to have it (log odds). */
const CHECKING: Weighted = [["no checking account", 39, 0.9], ["... < 0 DM", 27, -0.8], ["0 <= ... < 200 DM", 27, -0.4], ["... >= 200 DM / salary assignments for at least 1 year", 7, 0.4]];
const HISTORY: Weighted = [["no credits taken/ all credits paid back duly", 4, -0.8], ["all credits at this bank paid back duly", 5, -0.7], ["existing credits paid back duly till now", 53, 0], ["delay in paying off in the past", 9, -0.1], ["critical account/ other credits existing (not at this bank)", 29, 0.6]];
const SAVINGS: Weighted = [["unknown/ no savings account", 18, 0.4], ["... < 100 DM", 60, -0.3], ["100 <= ... < 500 DM", 10, 0], ["500 <= ... < 1000 DM", 7, 0.5], ["... >= 1000 DM", 5, 0.7]];
const EMPLOYED: Weighted = [["unemployed", 6, -0.4], ["... < 1 year", 17, -0.5], ["1 <= ... < 4 years", 34, 0], ["4 <= ... < 7 years", 17, 0.4], ["... >= 7 years", 26, 0.3]];
const PROPERTY: Weighted = [["real estate", 28, 0.4], ["building society savings agreement/ life insurance", 23, 0], ["car or other, not in attribute Savings account/bonds", 33, 0], ["unknown / no property", 16, -0.4]];
const HOUSING: Weighted = [["own", 71, 0.2], ["rent", 18, -0.3], ["for free", 11, -0.2]];
const OTHER_PLANS: Weighted = [["none", 81, 0.3], ["bank", 14, -0.4], ["stores", 5, -0.3]];
const PURPOSE: Weighted = [["car (new)", 23, -0.2], ["car (used)", 10, 0.4], ["furniture/equipment", 18, -0.1], ["radio/television", 28, 0.2], ["domestic appliances", 2, 0], ["repairs", 2, 0], ["education", 5, -0.3], ["retraining", 1, 0.2], ["business", 10, 0], ["others", 1, 0]];
const JOB: Weighted = [["unemployed/ unskilled - non-resident", 2, 0], ["unskilled - resident", 20, 0], ["skilled employee / official", 63, 0], ["management/ self-employed/ highly qualified employee/ officer", 15, 0]];
const CODE: Weighted = [["1", 14, 0.2], ["2", 23, 0.1], ["3", 16, 0], ["4", 47, -0.1]];
const RESIDENCE: Weighted = [["1", 13, 0], ["2", 31, 0], ["3", 15, 0], ["4", 41, 0]];
const CREDITS: Weighted = [["1", 63, 0], ["2", 33, 0.1], ["3", 3, 0], ["4", 1, 0]];
const LIABLE: Weighted = [["1", 84, 0], ["2", 16, 0]];
const TELEPHONE: Weighted = [["none", 60, 0], ["yes, registered under the customers name", 40, 0]];
const SEX: Weighted = [["male : single", 55, 0], ["female : divorced/separated/married", 31, 0], ["male : married/widowed", 9, 0], ["male : divorced/separated", 5, 0]];
const FOREIGN: Weighted = [["yes", 96, 0], ["no", 4, 0]];
const DEBTORS: Weighted = [["none", 91, 0], ["guarantor", 5, 0], ["co-applicant", 4, 0]];
const DURATIONS = [6, 9, 10, 12, 12, 12, 15, 18, 18, 20, 21, 24, 24, 24, 24, 27, 30, 36, 36, 42, 48, 60] as const;

/**
 * Synthetic applicants with the columns of the German Credit data, for demos and benches. The same seed gives the same people.
 *
 * The model: each applicant has one hidden trait, prudence z, standard normal. Every column is drawn on its own from fixed weights
 * multiplied by exp(z × tilt), the tilts being those of the tables above; sex and foreign-worker status have no tilt. The duration is one of
 * the usual ones, the amount lognormal around 105 marks for each of its months (between 250 and 18,400), the age triangular from 19 to 75. The applicant
 * turns out bad with probability 1 / (1 + exp(1.05 + 1.55 z − 0.035 (months − 21))), which makes about three in ten bad. No row describes a person.
 *
 * @param count  how many, at most a million
 */
export function generateApplicants(count: number, seed: number): CreditRow[] {
  const random = seededRandom(seed);
  return Array.from({ length: Math.min(count, 1_000_000) }, () => applicant(random));
}

function applicant(random: Chance): CreditRow {
  const z = normal(random);
  const draw = (table: Weighted) => pick(random, table, z);
  const months = random.pick(DURATIONS);
  const amount = Math.round(Math.min(18_400, Math.max(250, months * 105 * Math.exp(0.55 * normal(random)))));
  const age = Math.round(19 + 56 * Math.min(random.float(), random.float(), random.float()) + 4 * random.float());
  const row: Record<string, string> = {
    status_of_existing_checking_account: draw(CHECKING), duration_in_month: String(months), credit_history: draw(HISTORY), purpose: draw(PURPOSE), credit_amount: String(amount), savings_account_and_bonds: draw(SAVINGS),
    present_employment_since: draw(EMPLOYED), installment_rate_in_percentage_of_disposable_income: draw(CODE), personal_status_and_sex: draw(SEX), other_debtors_or_guarantors: draw(DEBTORS), present_residence_since: draw(RESIDENCE),
    property: draw(PROPERTY), age_in_years: String(Math.min(75, age)), other_installment_plans: draw(OTHER_PLANS), housing: draw(HOUSING), number_of_existing_credits_at_this_bank: draw(CREDITS), job: draw(JOB),
    number_of_people_being_liable_to_provide_maintenance_for: draw(LIABLE), telephone: draw(TELEPHONE), foreign_worker: draw(FOREIGN),
  };
  const bad = random.float() < 1 / (1 + Math.exp(1.05 + 1.55 * z - 0.035 * (months - 21)));
  return { ...row, creditability: bad ? "bad" : "good" };
}

function pick(random: Chance, table: Weighted, z: number): string {
  const weights = table.map(([, weight, tilt]) => weight * Math.exp(z * tilt));
  let at = random.float() * weights.reduce((sum, w) => sum + w, 0);
  for (const [i, [value]] of table.entries()) {
    at -= weights[i] as number;
    if (at <= 0) return value;
  }
  return table[0]?.[0] ?? "";
}

/** Standard normal, after Box and Muller. */
function normal(random: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
}
