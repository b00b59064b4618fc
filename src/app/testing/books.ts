import assert from "node:assert/strict";
import { sealEverything, verifyAudit } from "#kernel/audit-chain.ts";
import { minor, type Life } from "./life.ts";
import { atTheBank, type Money } from "./visitors.ts";

interface Line { readonly account: string; readonly debit: Money | null; readonly credit: Money | null }
interface Entry { readonly id: string; readonly businessDate: string; readonly valueDate: string; readonly memo: string; readonly causeKind: string; readonly causeId: string; readonly lines: readonly Line[] }
interface TrialBalance { readonly accounts: readonly { account: string; balance: Money }[]; readonly totals: readonly { difference: Money }[]; readonly controls: readonly { account: string; difference: Money }[] }

/** Balances of the books by account, as text, once they were seen to hold: debits are credits, and each control account is the sum of the loans. */
export async function balances(life: Life): Promise<Record<string, string>> {
  const book = await (await life.at("finance")).ok<TrialBalance>("GET", "/v1/trial-balance");
  for (const { difference } of book.totals) assert.equal(minor(difference), 0n, "debits are not credits");
  assert.ok(book.controls.length >= 4, "controls are proved");
  for (const { account, difference } of book.controls) assert.equal(minor(difference), 0n, `${account} is not what the loans say`);
  return Object.fromEntries(book.accounts.map((a) => [a.account, a.balance.amount]));
}

/** The bank and the books say the same about the lender's account. */
export async function bankAgrees(life: Life): Promise<void> {
  const { balance } = await atTheBank<{ balance: string }>(life.platform, `/accounts/${life.lender}-main`);
  assert.equal((await balances(life))["bank"], balance);
}

/** Every record of the lender's audit chain follows from the one before. */
export async function auditHolds(life: Life): Promise<void> {
  const tenantId = `tn_${life.lender}`;
  await sealEverything(life.platform.services, tenantId);
  const { records, faults } = await verifyAudit(life.platform.services, tenantId);
  assert.deepEqual(faults, []);
  assert.ok(records > 20, `${records} audit records`);
}

const debit = (line: Line): bigint => (line.debit === null ? 0n : minor(line.debit)) - (line.credit === null ? 0n : minor(line.credit));

/** The journal of a loan, oldest first. */
async function journalOf(life: Life, loanAccountId: string): Promise<Entry[]> {
  const { items, hasMore } = await (await life.at("servicing")).ok<{ items: Entry[]; hasMore: boolean }>("GET", `/v1/loan-accounts/${loanAccountId}/journal`);
  assert.equal(hasMore, false);
  return items.toReversed();
}

/** Each entry balances, and is caused by a fact in the loan's own log or by the close of its day. */
export async function journalIsExplained(life: Life, loanAccountId: string): Promise<void> {
  const facts = (await (await life.at("servicing")).ok<{ items: { kind: string; cause: string | null }[] }>("GET", `/v1/loan-accounts/${loanAccountId}/timeline`)).items;
  const causes = new Set(facts.map((fact) => fact.cause));
  const entries = await journalOf(life, loanAccountId);
  assert.ok(entries.length >= 3);
  for (const entry of entries) {
    assert.equal(entry.lines.reduce((total, line) => total + debit(line), 0n), 0n, `${entry.memo} does not balance`);
    const explained = entry.causeKind === "end_of_day" ? entry.causeId === entry.businessDate : entry.causeKind === "loan" ? entry.causeId === loanAccountId && facts.some((fact) => fact.kind === "disbursed") : causes.has(entry.causeId);
    assert.ok(explained, `no fact explains ${entry.memo} of ${entry.businessDate}: ${entry.causeKind} ${entry.causeId}`);
  }
}
