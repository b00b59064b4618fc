import assert from "node:assert/strict";
import { test } from "node:test";
import { actsOf } from "./told.ts";

test("acts, postings, refusals and figures are read from the text", () => {
  const acts = actsOf(`
    on 2026-01-15  lend 1200.00
        Dr principal_receivable 1200.00    Cr disbursement_clearing 1200.00
    # a remark
    on 2026-01-16  receive 1.00 by cash is refused: loan.not_active
    then  principal 1200.00, DPD 0
  `);
  assert.deepEqual(acts.map(({ kind, date, words, postings, refusal }) => ({ kind, date, words, postings, refusal })), [
    { kind: "on", date: "2026-01-15", words: "lend 1200.00", postings: ["Dr principal_receivable 1200.00", "Cr disbursement_clearing 1200.00"], refusal: undefined },
    { kind: "on", date: "2026-01-16", words: "receive 1.00 by cash", postings: [], refusal: "loan.not_active" },
    { kind: "then", date: "", words: "principal 1200.00, DPD 0", postings: [], refusal: undefined },
  ]);
});

test("a line that cannot be read fails the story instead of being passed over", () => {
  assert.throws(() => actsOf("on 2026-01-15  lend 1.00\n    Dr principal_receivable 1.00 and so on"), /line 2/);
  assert.throws(() => actsOf("Dr principal_receivable 1.00"), /line 1/);
});
