import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#kernel/ids.ts";
import { choosePoints, kindOf, MOMENTS, pointName } from "./r02-points.ts";

const STEPS = ["accrue", "attend"];
const ALL = STEPS.flatMap((step) => [0, 1, 2].flatMap((shard) => MOMENTS.map((moment) => pointName(`tn_bharat 2026-01-01 ${step} ${shard}`, moment))));

test("each step is tried at each moment before any is tried in a second shard", () => {
  const random = seededRandom(1);
  const kinds = STEPS.length * MOMENTS.length;
  const chosen = choosePoints(ALL, kinds, (below) => random.integer(below));
  assert.equal(new Set(chosen.map(kindOf)).size, kinds);
});

test("no point is chosen twice, and no more than there are", () => {
  const random = seededRandom(2);
  const chosen = choosePoints(ALL, 1_000, (below) => random.integer(below));
  assert.equal(chosen.length, ALL.length);
  assert.equal(new Set(chosen).size, ALL.length);
});
