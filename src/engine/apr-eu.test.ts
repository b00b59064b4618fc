import assert from "node:assert/strict";
import { test } from "node:test";
import { aprEffective, roundPercent, yearsEu, yearsUk } from "./apr-eu.ts";
import type { PeriodUnit } from "./apr-eu.ts";
import { isoDate } from "./date.ts";

/** Time as the directives and the FCA count it, by calendar and pencil. */

const eu = (from: string, to: string, unit?: PeriodUnit) => yearsEu(isoDate(from), isoDate(to), unit);
const uk = (from: string, to: string, unit?: PeriodUnit) => yearsUk(isoDate(from), isoDate(to), unit);

test("EU: whole months or weeks back from the later day, the odd days over the length of the year that ends with them", () => {
  assert.equal(eu("2019-01-31", "2019-03-01"), 1 / 12 + 1 / 365, "a month back is 1 February, a day after the drawdown");
  assert.equal(eu("2019-01-31", "2019-02-28"), 1 / 12, "a month end brings the 31st back");
  assert.equal(eu("2019-01-15", "2019-02-28"), 1 / 12 + 13 / 365, "a drawdown on the 15th is not at a month end");
  assert.equal(eu("2018-11-20", "2019-02-20"), 3 / 12);
  assert.equal(eu("2018-11-20", "2019-02-19"), 2 / 12 + 29 / 365, "back to 19 December, 29 days after the drawdown");
  assert.equal(eu("2020-02-20", "2020-03-10", "month"), 19 / 366, "the year before 10 March 2020 holds a 29 February");
  assert.equal(eu("2021-01-01", "2021-01-20", "week"), 2 / 52 + 5 / 366, "5 days to 6 January 2021: the year before holds 29 February 2020");
  assert.equal(eu("2021-05-01", "2021-05-20", "week"), 2 / 52 + 5 / 365);
  assert.equal(eu("2021-05-01", "2021-05-01"), 0);
});

test("EU: yearly payments count whole years, or days over 365", () => {
  for (const unit of ["year", "day"] as const) {
    assert.equal(eu("2019-03-10", "2022-03-10", unit), 3);
    assert.equal(eu("2019-03-10", "2022-03-09", unit), 1095 / 365);
    assert.equal(eu("2019-03-10", "2021-03-20", unit), 741 / 365, "two years with a leap day and ten days");
    assert.equal(eu("2020-01-10", "2020-12-10", unit), 335 / 365);
  }
  assert.equal(eu("2019-03-10", "2022-04-10", "month"), 37 / 12);
});

test("UK: whole months, weeks or years forward from the drawdown, the odd days over the calendar year they lie in", () => {
  assert.equal(uk("2020-01-01", "2020-01-23", "week"), 3 / 52 + 1 / 366);
  assert.equal(uk("2021-01-01", "2021-03-11"), 2 / 12 + 10 / 365);
  assert.equal(uk("2021-01-01", "2021-03-01"), 2 / 12);
  assert.equal(uk("2020-01-01", "2022-02-01", "year"), 2 + 31 / 365);
  assert.equal(uk("2020-01-01", "2022-01-01", "year"), 2);
  assert.equal(uk("2019-12-01", "2020-03-01", "day"), 31 / 365 + 60 / 366);
  assert.equal(uk("2019-12-20", "2020-01-05", "month"), 12 / 365 + 4 / 366);
});

test("a day before the first, or no flow on one side, has no answer", () => {
  for (const years of [eu, uk]) assert.throws(() => years("2021-01-02", "2021-01-01"), /2021-01-01 is before 2021-01-02/);
  const one = [{ years: 1, amount: 110 }];
  assert.throws(() => aprEffective([], one), /needs a drawdown and a payment/);
  assert.throws(() => aprEffective(one, []), /needs a drawdown and a payment/);
  assert.ok(Math.abs((aprEffective([{ years: 0, amount: 100 }], one) ?? 0) - 0.1) < 1e-12);
});

test("a five in the place after the last rounds up, also where binary puts it a hair below", () => {
  assert.equal(roundPercent(0.1265, 1), 12.7);
  assert.equal(roundPercent(0.00285, 2), 0.29);
  assert.equal(roundPercent(0.12649, 1), 12.6);
});
