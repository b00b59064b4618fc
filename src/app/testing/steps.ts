import assert from "node:assert/strict";
import { test } from "node:test";

/**
 * Steps of one long story, each standing on the one before: after a failure the rest are passed over with the reason, or fail at once,
 * instead of waiting for what will not come.
 *
 * @param rest  what becomes of the steps after one that failed
 */
export function stepsInTurn(timeout: number, rest: "skip" | "fail"): (name: string, act: () => Promise<void>) => void {
  const WHY = "a step before this one failed";
  let broken = false;
  return (name, act) => void test(name, { timeout }, async (t) => {
    if (broken && rest === "skip") return t.skip(WHY);
    assert.ok(!broken, WHY);
    broken = true;
    await act();
    broken = false;
  });
}
