import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { addDays, isoDate } from "#engine/index.ts";
import { policiesOf } from "../seeds/policies.ts";
import { movementsOf, type Pair } from "./movement.ts";
import { policyFaults, type IracPolicy, type PoolPolicy, type StagePolicy } from "./policy.ts";
import { lossesOf, type Exposure } from "./reckon.ts";

const ON = isoDate("2026-06-30");
const late = (days: number) => (days === 0 ? null : addDays(ON, -days));
const loan = (more: Partial<Exposure> & { days?: number }): Exposure => ({
  loanAccountId: "la_1", borrowerOldestDueDate: null, productCode: "personal-loan", exposure: 100_000_00, class: null, startDate: "2026-01-01", maturityDate: "2027-06-30", ratePpb: 120_000_000, oldestDueDate: late(more.days ?? 0), ...more,
});
const [stages, irac] = policiesOf("IN").map((p) => p.definition) as [StagePolicy, IracPolicy];
const pools = policiesOf("US")[0]?.definition as PoolPolicy;

describe("rates by class", () => {
  test("0.4 % of a standard loan, a tenth of a sub-standard one, all of a doubtful one", () => {
    const found = lossesOf(irac, [loan({}), loan({ days: 90 }), loan({ days: 91 }), loan({ days: 457 })], ON);
    assert.deepEqual(found.map((l) => [l.stage, l.loss]), [["standard", 400_00], ["standard", 400_00], ["sub-standard", 10_000_00], ["doubtful", 100_000_00]]);
  });
  test("the worst loan of a borrower classifies all of that borrower's, and nobody else's", () => {
    const found = lossesOf(irac, [loan({ borrowerOldestDueDate: late(120) }), loan({ borrowerOldestDueDate: late(120), days: 120 }), loan({})], ON);
    assert.deepEqual(found.map((l) => l.stage), ["sub-standard", "sub-standard", "standard"]);
    assert.deepEqual(lossesOf({ ...irac, contagion: false }, [loan({ borrowerOldestDueDate: late(120) })], ON).map((l) => l.stage), ["standard"]);
    assert.equal(found[0]?.reason, "sub-standard: another loan of this borrower is 120 days past due");
  });
});

describe("three stages", () => {
  const found = (more: Parameters<typeof loan>[0], policy = stages) => lossesOf(policy, [loan(more)], ON)[0];
  test("stage 1 bears a year's loss: 2 % × 65 % of the exposure, discounted by half a year", () => {
    assert.deepEqual([found({})?.stage, found({})?.loss], ["1", Math.round((100_000_00 * 0.02 * 0.65) / 1.12 ** 0.5)]);
  });
  test("stage 2 bears the loss of the life: two years, the exposure halved in the second", () => {
    const expected = 0.65 * 100_000_00 * (0.35 / 1.12 ** 0.5 + (0.65 * 0.35 * 0.5) / 1.12 ** 1.5);
    assert.deepEqual([found({ days: 45, maturityDate: "2028-06-29" })?.stage, found({ days: 45, maturityDate: "2028-06-29" })?.loss], ["2", Math.round(expected)]);
  });
  test("a class may stand for a rise of risk before the days do", () => {
    assert.equal(found({ days: 10, class: "SMA-1" })?.stage, "2");
  });
  test("stage 3 is defaulted: 65 % is lost", () => {
    assert.deepEqual([found({ days: 91 })?.stage, found({ days: 91 })?.loss], ["3", 65_000_00]);
  });
  test("an overlay multiplies and is named, and no more than everything is lost", () => {
    const overlaid = { ...stages, overlays: [{ product: "*", stage: "3" as const, factor: "2", reason: "flood" }] };
    assert.equal(found({ days: 91 }, overlaid)?.loss, 100_000_00);
    assert.match(found({ days: 91 }, overlaid)?.reason ?? "", /overlay × 2 \(flood\)/);
  });
});

test("pools lose by age: 6.5 % in the first year, 5 % in the second", () => {
  const found = lossesOf(pools, [loan({}), loan({ startDate: "2025-01-01" })], ON);
  assert.deepEqual(found.map((l) => [l.stage, l.loss]), [["other 2026", 6_500_00], ["other 2025", 5_000_00]]);
});

test("a table with a gap, an end before its beginning, or no entry for other products is refused with its place", () => {
  const [first, ...rest] = irac.bands as [IracPolicy["bands"][number], ...IracPolicy["bands"]];
  const at = (policy: Parameters<typeof policyFaults>[0]) => policyFaults(policy).map((f) => f.pointer);
  assert.deepEqual(at({ ...irac, bands: [{ ...first, to: 89 }, ...rest] }), ["/definition/bands/1/from"]);
  assert.deepEqual(at({ ...irac, bands: [first] }), ["/definition/bands/0/to"]);
  assert.deepEqual(at({ ...pools, pools: [{ product: "personal-loan", bands: pools.pools[0]?.bands ?? [] }] }), ["/definition/pools"]);
  assert.deepEqual(at({ ...stages, stage2From: 91 }), ["/definition/stage3From"]);
  for (const seeded of [...policiesOf("IN"), ...policiesOf("US")]) assert.deepEqual(at(seeded.definition), []);
});

test("whatever loans do between two runs, each line of the movement adds up, and what moves out moves in", () => {
  const side = fc.option(fc.record({ stage: fc.constantFrom("1", "2", "3"), loss: fc.integer({ min: 0, max: 1_000_000 }) }), { nil: null });
  fc.assert(fc.property(fc.array(fc.record({ currency: fc.constantFrom("INR", "USD"), before: side, after: side }), { maxLength: 40 }), (pairs: Pair[]) => {
    const lines = movementsOf(pairs);
    for (const l of lines) assert.equal(l.opening + l.added + l.movedIn - l.movedOut + l.remeasured - l.released, l.closing);
    const sum = (pick: (l: (typeof lines)[number]) => number) => lines.reduce((total, l) => total + pick(l), 0);
    assert.equal(sum((l) => l.movedIn), sum((l) => l.movedOut));
    assert.equal(sum((l) => l.closing), pairs.reduce((total, p) => total + (p.after?.loss ?? 0), 0));
  }));
});
