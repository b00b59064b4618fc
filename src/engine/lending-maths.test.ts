import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { buildSchedule, formatAmount, isoDate, loanTerms, money } from "./index.ts";
import type { LoanTermsInput } from "./index.ts";

/** The tables of docs/lending-maths.md are made here: `LENDING_MATHS=write node --test` writes them anew, otherwise they are compared. */

const FILE = new URL("../../docs/lending-maths.md", import.meta.url);
const percent = (value: number) => Math.round(value * 10_000_000);
const byDays = { ratePpb: percent(12), calculation: "actual_days" as const, daysInYear: 360 as const };

/** 1,000.00 paid out on 2026-01-15 at 12 %, three months, unless the example says otherwise. */
const EXAMPLES: readonly [string, string, Partial<LoanTermsInput>][] = [
  ["equal installments", "P·r ÷ (1 − (1 + r)^−n)", {}],
  ["equal principal", "P ÷ n, interest on top", { amortization: "equal_principal" }],
  ["interest only", "P·r, principal at the end", { amortization: "interest_only" }],
  ["bullet", "all at the end", { amortization: "bullet" }],
  ["flat", "P ÷ n + P·r", { interest: { ratePpb: percent(12), method: "flat" } }],
  ["balloon of 400.00", "(P·(1 + r)^n − B)·r ÷ ((1 + r)^n − 1)", { balloon: 400_00 }],
  ["step to 24 % from row 2", "solved again on what is left", { ratePlan: { steps: [{ installment: 2, ratePpb: percent(24) }] } }],
  ["the same, one level payment", "P = Σ x ÷ Π(1 + rₖ)", { ratePlan: { steps: [{ installment: 2, ratePpb: percent(24) }], onChange: "level" } }],
  ["6 points more above 400.00, by slices", "Σ slice × its rate", { ratePlan: { tiers: { on: "marginal", bands: [{ above: 0, upTo: 400_00, plusPpb: 0 }, { above: 400_00, upTo: null, plusPpb: percent(6) }] } } }],
  ["payments growing 10 %", "P = Σ x·1.1^(k−1) ÷ (1 + r)^k", { payments: { graduated: { every: 1, percentPpb: percent(10), times: null } } }],
  ["first payment 500.00", "the rest solved", { payments: { steps: [{ installment: 1, amount: 500_00 }, { installment: 2, factorPpb: 1_000_000_000 }] } }],
  ["no payment in March, its interest put off", "interest waits, bears none", { payments: { seasonal: { months: [{ month: 3, factorPpb: 0 }], unpaidInterest: "accrue_to_first" } } }],
  ["first month capitalised", "interest becomes principal", { grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } }],
  ["first month without interest", "none runs", { grace: { principalInstallments: 1, interestInstallments: 1, interest: "none" } }],
  ["pause 20 February to 1 March, by days over 360", "days of the pause count nothing", { interest: { ...byDays, pauses: [{ from: isoDate("2026-02-20"), to: isoDate("2026-03-02") }] } }],
  ["precomputed, Rule of 78", "charge × (n − k + 1) ÷ (n(n + 1) ÷ 2)", { interest: { ratePpb: percent(12), method: "precomputed" } }],
  ["precomputed, actuarial", "balance × the rate the payments yield", { interest: { ratePpb: percent(12), method: "precomputed", rebate: "actuarial" } }],
  ["semi-monthly, on 15 and month end", "r = rate ÷ 24", { dates: { kind: "semi_monthly", days: [15, 31] } }],
];

function table(): string {
  const lines = EXAMPLES.map(([name, formula, more]) => {
    const terms = loanTerms({ currency: "USD", principal: 1_000_00, disbursementDate: isoDate("2026-01-15"), interest: { ratePpb: percent(12) }, installments: { count: 3, every: 1, unit: "months" }, ...more });
    const text = (minor: number) => formatAmount(money(minor, "USD"));
    const { rows, totals } = buildSchedule(terms);
    return `| ${name} | ${formula} | ${rows.map((r) => text(r.total)).join(", ")} | ${rows.map((r) => text(r.interest)).join(", ")} | ${text(totals.interest)} |`;
  });
  return ["| schedule | payment | payments | interest | in all |", "| --- | --- | --- | --- | --- |", ...lines].join("\n");
}

test("the table of schedules in docs/lending-maths.md is what the engine draws", () => {
  const [begin, end] = ["<!-- table: schedules -->\n", "\n<!-- end of table -->"];
  const page = readFileSync(FILE, "utf8");
  const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
  assert.ok(from >= begin.length && to >= from, "the page has the table's marks");
  if (process.env["LENDING_MATHS"] === "write") writeFileSync(FILE, page.slice(0, from) + table() + page.slice(to));
  else assert.equal(page.slice(from, to), table());
});
