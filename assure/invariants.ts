import { sealAudit, verifyAudit } from "#kernel/audit-chain.ts";
import type { Services } from "#kernel/context.ts";
import { tenantIds } from "#kernel/tenants.ts";
import { proveBooks, proveControls, trialBalance } from "#modules/ledger/index.ts";

export interface Invariants {
  /** Debits minus credits over all lenders and currencies, in minor units; anything but 0 is also a fault. */
  readonly trialBalance: string;
  readonly subledgerDifference: string;
  readonly audit: "intact" | "broken";
  readonly faults: readonly string[];
}

/** What must hold after every run, for every lender: books balance, loans equal their control accounts, the audit chain is whole. */
export async function invariants(services: Services): Promise<Invariants> {
  const faults: string[] = [];
  let [imbalance, difference] = [0n, 0n];
  let broken = false;
  const size = (minor: bigint) => (minor < 0n ? -minor : minor);
  for (const tenantId of await tenantIds(services)) {
    await services.db.transaction(tenantId, async (tx) => {
      for (const total of (await trialBalance(tx)).totals) {
        imbalance += size(total.differenceMinor);
        if (total.differenceMinor !== 0n) faults.push(`${tenantId}: debits and credits in ${total.currency} differ by ${total.differenceMinor}`);
      }
      for (const proof of await proveBooks(tx, tx.businessDate)) {
        if (proof.ledgerMinor !== proof.expectedMinor) faults.push(`${tenantId}: ${proof.check} of ${proof.account ?? proof.currency}: ${proof.ledgerMinor}, expected ${proof.expectedMinor}`);
      }
      for (const proof of await proveControls(tx)) {
        difference += size(proof.ledgerMinor - proof.expectedMinor);
        if (proof.ledgerMinor !== proof.expectedMinor) faults.push(`${tenantId}: ${proof.account} holds ${proof.ledgerMinor}, the loans ${proof.expectedMinor}`);
      }
    }, "read");
    while (await sealAudit(services, tenantId) > 0) { /* until all is sealed */ }
    const chain = await verifyAudit(services, tenantId);
    broken ||= chain.faults.length > 0;
    faults.push(...chain.faults.slice(0, 5).map((fault) => `${tenantId}: audit: ${fault}`));
  }
  return { trialBalance: imbalance.toString(), subledgerDifference: difference.toString(), audit: broken ? "broken" : "intact", faults };
}
