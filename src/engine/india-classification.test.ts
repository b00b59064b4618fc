import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate } from "./date.ts";
import { housingLoan, indiaClass, mayUpgrade, npaCategory, npaCategoryByMonths, npaProvision, standardProvision, worstClass } from "./india-classification.ts";

test("each class begins on its day: 0, 1, 31, 61, 91; parts of a day and days below zero are none", () => {
  assert.deepEqual([0, 1, 30, 31, 60, 61, 90, 91, 4000].map(indiaClass), ["STANDARD", "SMA-0", "SMA-0", "SMA-1", "SMA-1", "SMA-2", "SMA-2", "NPA", "NPA"]);
  for (const days of [-1, 0.5, NaN]) assert.throws(() => indiaClass(days), /not days past due/);
});

test("a category ends with its last month, on the day as by completed months", () => {
  assert.deepEqual([0, 12, 12.5, 24, 25, 48, 49, 600].map(npaCategoryByMonths), ["SUB-STANDARD", "SUB-STANDARD", "DOUBTFUL-1", "DOUBTFUL-1", "DOUBTFUL-2", "DOUBTFUL-2", "DOUBTFUL-3", "DOUBTFUL-3"]);
  assert.throws(() => npaCategoryByMonths(-1), /not months/);
  const since = isoDate("2023-08-31");
  const on = (date: string) => npaCategory(since, isoDate(date));
  assert.equal(on("2023-08-31"), "SUB-STANDARD", "the very day it became non-performing");
  assert.deepEqual(["2024-08-30", "2024-08-31", "2025-08-30", "2025-08-31", "2027-08-30", "2027-08-31", "2090-01-01"].map(on), ["SUB-STANDARD", "DOUBTFUL-1", "DOUBTFUL-1", "DOUBTFUL-2", "DOUBTFUL-2", "DOUBTFUL-3", "DOUBTFUL-3"]);
  assert.throws(() => on("2023-08-30"), /before the loan became NPA/);
});

test("a borrower is standard again when no loan has arrears; the worst loan classes all", () => {
  assert.equal(mayUpgrade([]), true);
  assert.equal(mayUpgrade([0n, 0n]), true);
  assert.equal(mayUpgrade([0n, 1n]), false);
  assert.equal(worstClass([]), "STANDARD");
  assert.equal(worstClass(["SMA-1", "SMA-0"]), "SMA-1");
});

test("provision by category, half a paisa up, security never counted beyond what is owed", () => {
  const npa = (category: "SUB-STANDARD" | "DOUBTFUL-1" | "DOUBTFUL-2" | "DOUBTFUL-3" | "LOSS", outstanding: bigint, realisableSecurity: bigint, unsecuredAbInitio = false, infrastructureWithEscrow = false) =>
    npaProvision({ category, outstanding, realisableSecurity, unsecuredAbInitio, infrastructureWithEscrow });
  assert.equal(npa("SUB-STANDARD", 100_00n, 0n), 15_00n);
  assert.equal(npa("SUB-STANDARD", 100_00n, 0n, true), 25_00n);
  assert.equal(npa("SUB-STANDARD", 100_00n, 0n, true, true), 20_00n);
  assert.equal(npa("SUB-STANDARD", 10n, 0n), 2n, "1.5 paise");
  assert.equal(npa("DOUBTFUL-1", 100_00n, 60_00n), 15_00n + 40_00n);
  assert.equal(npa("DOUBTFUL-1", 100_00n, 900_00n), 25_00n);
  assert.equal(npa("DOUBTFUL-3", 100_00n, 60_00n), 100_00n);
  assert.equal(npa("LOSS", 100_00n, 60_00n), 100_00n);
  assert.equal(npa("DOUBTFUL-2", 0n, 0n), 0n);
  assert.throws(() => npa("LOSS", -1n, 0n), /negative amount/);
  assert.throws(() => npa("LOSS", 1n, -1n), /negative amount/);
});

test("provision on standard loans by sector", () => {
  assert.deepEqual(standardProvision("other", 12_345n), { ratePercent: 0.4, provision: 49n });
  assert.deepEqual(standardProvision("CRE", 0n), { ratePercent: 1, provision: 0n });
  assert.throws(() => standardProvision("CRE", -1n), /negative amount/);
});

test("a housing loan's cap and weight by its size and share of the value, the edges included", () => {
  const at = (loan: bigint, value: bigint) => { const { ltvPercent, ltvCapPercent, withinCap, riskWeightPercent } = housingLoan(loan, value); return [ltvPercent, ltvCapPercent, withinCap, riskWeightPercent]; };
  const lakh = 100_000_00n;
  assert.deepEqual(at(24n * lakh, 30n * lakh), [80, 90, true, 35]);
  assert.deepEqual(at(27n * lakh, 30n * lakh), [90, 90, true, 50]);
  assert.deepEqual(at(30n * lakh, 30n * lakh), [100, 90, false, null]);
  assert.deepEqual(at(30n * lakh, 40n * lakh), [75, 90, true, 35], "thirty lakh are still of the first band");
  assert.deepEqual(at(30n * lakh + 1n, 40n * lakh).slice(1), [80, true, 35]);
  assert.deepEqual(at(60n * lakh, 75n * lakh), [80, 80, true, 35]);
  assert.deepEqual(at(75n * lakh, 100n * lakh), [75, 80, true, 35]);
  assert.deepEqual(at(75n * lakh + 1n, 100n * lakh + 4n).slice(1), [75, true, 50]);
  assert.deepEqual(at(76n * lakh, 100n * lakh), [76, 75, false, null]);
  assert.deepEqual(at(0n, 1n), [0, 90, true, 35]);
  assert.throws(() => housingLoan(-1n, 1n), /out of range/);
  assert.throws(() => housingLoan(1n, 0n), /out of range/);
  assert.throws(() => housingLoan(1n, -1n), /out of range/);
});
