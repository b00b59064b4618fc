import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatRate, isoDate, money, rate, toMoneyJson } from "#engine/index.ts";
import { currentVersion, quote, type Quote } from "#modules/products/index.ts";
import { parseAmount } from "#engine/money.ts";
import { boardLoans } from "./commands/board-loans.ts";
import type { FundedLoanFile } from "./contract.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
before(async () => {
  world = await lendingWorld();
});
after(() => world.close());

let serial = 0;
const officer = () => world.as(["operations_officer"]);

/** A file as the sender would write it, of a loan quoted with the same product. */
async function fileOf(amount = "100000.00"): Promise<{ file: FundedLoanFile; quoted: Quote }> {
  const version = await world.system().read((tx) => currentVersion(tx, "personal-loan"));
  const quoted = quote(version, { amount: parseAmount(amount, "INR"), termMonths: 12, annualRate: "0.17", disbursementDate: "2026-01-15" });
  const m = (minor: number) => toMoneyJson(money(minor, "INR"));
  const n = ++serial;
  const file: FundedLoanFile = {
    format: "loanwright-funded-loan/1", fileId: `flf_${n}`, madeAt: "2026-01-15T05:00:00.000Z", lender: { slug: "sender", name: "Sender", country: "IN" }, application: { id: `app_sent${n}`, number: `AP${n}` },
    product: { code: version.code, version: version.version, name: version.name, definitionHash: version.definitionHash },
    loan: {
      reference: `AP${n}`, branchId: null, amount: m(quoted.amountMinor), netDisbursed: m(quoted.netDisbursedMinor), annualRate: formatRate(rate(quoted.terms.interest.ratePpb)), valueDate: quoted.terms.disbursementDate, firstDueDate: quoted.firstDueDate, lastDueDate: quoted.lastDueDate,
      installment: m(quoted.installmentMinor), terms: JSON.parse(JSON.stringify(quoted.terms)) as Record<string, unknown>, scheduleHash: quoted.scheduleHash,
      totals: { principal: m(quoted.amountMinor), interest: m(quoted.interestMinor), fees: m(quoted.feesMinor), installments: quoted.schedule.rows.length },
    },
    parties: [{ role: "borrower", givenName: "Ravi", familyName: "Shah", birthDate: "1985-03-02", phone: `+91987650${String(1000 + n)}`, email: `ravi${n}@example.com`, address: null, identifiers: [] }],
    events: [{ type: "disbursed", valueDate: quoted.terms.disbursementDate, businessDate: isoDate("2026-01-15"), amount: m(quoted.amountMinor) }],
  };
  return { file, quoted };
}
const loans = async () => (await world.system().read((tx) => tx.one<{ n: bigint }>("test.loans", "SELECT count(*) AS n FROM servicing.loan_account"))).n;

test("a funded loan from elsewhere stands in the books with the schedule that was signed", async () => {
  const { file, quoted } = await fileOf();
  const done = await boardLoans(officer(), [file]);
  assert.deepEqual([done.boarded, done.loans[0]?.errors, done.loans[0]?.scheduleHash, done.loans[0]?.principal?.amount], [1, [], quoted.scheduleHash, "100000.00"]);
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("the same file twice, and twice at once, makes one loan", async () => {
  const { file } = await fileOf();
  const before = await loans();
  const both = await Promise.all([boardLoans(officer(), [file]), boardLoans(officer(), [file])]);
  const again = await boardLoans(officer(), [file, file]);
  assert.deepEqual(both.map((d) => d.boarded).toSorted((a, b) => a - b), [0, 1]);
  assert.deepEqual([again.boarded, again.duplicate], [0, 2]);
  assert.equal(await loans(), before + 1n);
});

test("a cent of difference anywhere is refused at its place, and the good loans board", async () => {
  const wrong = await fileOf();
  const cases: [string, (file: FundedLoanFile) => unknown][] = [
    ["/loan/totals/interest", (f) => { f.loan.totals.interest = { ...f.loan.totals.interest, amount: "9999.99" }; }],
    ["/loan/installment", (f) => { f.loan.installment = { ...f.loan.installment, amount: "1.00" }; }],
    ["/loan/scheduleHash", (f) => { f.loan.scheduleHash = "0".repeat(64); }],
    ["/loan/firstDueDate", (f) => { f.loan.firstDueDate = "2026-02-16"; }],
    ["/events/0/amount", (f) => { (f.events[0] as { amount: object }).amount = { amount: "99999.99", currency: "INR" }; }],
    ["/product/definitionHash", (f) => { f.product.definitionHash = "1".repeat(64); }],
    ["/loan/terms", (f) => { f.loan.terms = { currency: "INR" }; }],
  ];
  const { file: good } = await fileOf();
  const files = cases.map(([, spoil]) => {
    const file = structuredClone(wrong.file);
    spoil(file);
    return file;
  });
  const before = await loans();
  const done = await boardLoans(officer(), [...files, good, { format: "something else" }]);
  cases.forEach(([pointer], i) => assert.ok(done.loans[i]?.errors.some((e) => e.pointer === pointer), `${pointer}: ${JSON.stringify(done.loans[i]?.errors)}`));
  assert.equal(done.loans[cases.length]?.state, "boarded");
  assert.ok((done.loans[cases.length + 1]?.errors.length ?? 0) > 0, "what is no such file says why");
  assert.deepEqual([done.boarded, done.refused], [1, cases.length + 1]);
  assert.equal(await loans(), before + 1n);
});

test("a loan whose second borrower cannot be taken leaves nothing behind, not even the first", async () => {
  const { file } = await fileOf();
  const people = async () => (await world.system().read((tx) => tx.one<{ n: bigint }>("test.people", "SELECT count(*) AS n FROM parties.party"))).n;
  const bad = structuredClone(file);
  bad.parties.push({ ...structuredClone(bad.parties[0] as FundedLoanFile["parties"][number]), role: "co_borrower", phone: "12", email: null });
  const [before, known] = [await loans(), await people()];
  const done = await boardLoans(officer(), [bad]);
  assert.deepEqual([done.loans[0]?.state, done.loans[0]?.errors[0]?.pointer], ["refused", "/phone"]);
  assert.deepEqual([await loans(), await people()], [before, known]);
  assert.equal((await boardLoans(officer(), [file])).boarded, 1);
});
