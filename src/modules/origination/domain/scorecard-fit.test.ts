import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#kernel/ids.ts";
import { checkDefinition, inPersonalLoan } from "#modules/products/index.ts";
import { generateApplicants } from "../demo/applicant-generator.ts";
import { CANDIDATES, fitOnRows, outcomeOf, PROTECTED_COLUMNS, type CreditRow } from "../demo/german-credit.ts";
import { scoreOf } from "./scoring.ts";

const rows = generateApplicants(1000, 20260115);
const fitted = fitOnRows("generated-1", rows, seededRandom(1));

test("a card fitted on one half tells good from bad on the other", () => {
  assert.ok(fitted.holdout.gini > 0.3, `Gini ${fitted.holdout.gini}`);
  assert.ok(fitted.holdout.ks > 0.25, `KS ${fitted.holdout.ks}`);
  assert.equal(fitted.training.cases + fitted.holdout.cases, 1000);
});

test("on outcomes that are chance it finds nothing, so what it finds above is no artefact", () => {
  const coin = seededRandom(7);
  const shuffled = rows.map((row) => ({ ...row, creditability: coin.float() < 0.3 ? "bad" : "good" }));
  assert.ok(Math.abs(fitOnRows("chance", shuffled, seededRandom(1)).holdout.gini) < 0.15);
});

test("sex, marital status and nationality change neither the card nor any score", () => {
  const turned = rows.map((row, i): CreditRow => ({ ...row, personal_status_and_sex: rows[(i * 7 + 3) % rows.length]?.["personal_status_and_sex"] ?? "", foreign_worker: row["foreign_worker"] === "yes" ? "no" : "yes" }));
  assert.deepEqual(fitOnRows("generated-1", turned, seededRandom(1)), fitted);
  for (const [i, row] of turned.entries()) assert.equal(scoreOf(fitted.card, outcomeOf(row).facts).score, scoreOf(fitted.card, outcomeOf(rows[i] as CreditRow).facts).score);
  const without = Object.fromEntries(Object.entries(rows[0] as CreditRow).filter(([column]) => !(PROTECTED_COLUMNS as readonly string[]).includes(column)));
  assert.deepEqual(outcomeOf(without), outcomeOf(rows[0] as CreditRow), "the columns are not even read");
  assert.ok(!CANDIDATES.some((c) => /sex|status|foreign|age$/i.test(c.fact)));
});

test("the card fits into a product definition", () => {
  assert.deepEqual(checkDefinition({ ...inPersonalLoan.definition, scorecard: fitted.card }, "INR"), []);
});

test("the same seed makes the same applicants, another seed others, about three in ten bad", () => {
  assert.deepEqual(generateApplicants(50, 20260115), rows.slice(0, 50));
  assert.notDeepEqual(generateApplicants(50, 1), rows.slice(0, 50));
  const bad = rows.filter((row) => row["creditability"] === "bad").length;
  assert.ok(bad > 240 && bad < 360, `${bad} bad`);
});
