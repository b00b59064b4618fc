import { invariants } from "./invariants.ts";
import { commandHeaders, repaymentBody, startLendingCluster } from "./lending-cluster.ts";
import { fire } from "./load.ts";
import type { Check } from "./result.ts";

const CONNECTIONS = 256;

/** One payment sent ten thousand times at once, to two API processes of which one is killed on the way: it is posted once and answered alike. */
export const r04: Check = {
  id: "R04",
  title: "10,000 submissions of one payment with one key over 256 connections, two API processes, one killed: one posting, one answer",
  async run({ cases = 10_000, say }) {
    const c = await startLendingCluster({ apis: 2, loans: 3 });
    const faults: string[] = [];
    try {
      const loan = c.loans[1];
      if (loan === undefined) throw new RangeError("no loan was made");
      const shot = { method: "POST", path: `/v1/loan-accounts/${loan.id}/repayments`, body: repaymentBody(c.businessDate, "1234.56"), headers: { "idempotency-key": "one-key-for-all-of-them" } } as const;
      const dying = c.cluster.apis[1];
      let restarted: Promise<void> | undefined;
      const result = await fire({
        urls: c.cluster.apis.map((api) => api.url), connections: CONNECTIONS, headers: commandHeaders(c.token), shots: Array.from({ length: cases }, () => shot), retries: 500, tellAt: Math.floor(cases / 3),
      }, () => { restarted = dying?.crash(); });
      await restarted;
      if (restarted === undefined) faults.push("no process was killed");
      const bodies = Object.keys(result.bodies);
      if (bodies.length !== 1) faults.push(`${bodies.length} different final answers: ${bodies.slice(0, 3).join(" | ").slice(0, 600)}`);
      if (result.statuses["201"] !== cases) faults.push(`final answers by status: ${JSON.stringify(result.statuses)} ${result.errors.join("; ")}`);
      for (const answer of Object.keys(result.retried)) {
        if (/^\d/.test(answer) && !/^(409 idempotency\.in_flight|503 )/.test(answer)) faults.push(`told to try again by ${answer}`);
      }
      const found = await c.services().db.transaction(c.tenantId, async (tx) => ({
        entries: Number((await tx.one<{ n: bigint }>("check.entries", "SELECT count(DISTINCT entry_id) AS n FROM ledger.posting WHERE loan_account_id = $1 AND account = 'payments_suspense'", [loan.id])).n),
        events: Number((await tx.one<{ n: bigint }>("check.events", "SELECT count(*) AS n FROM servicing.loan_event WHERE loan_account_id = $1 AND type = 'paymentReceived'", [loan.id])).n),
        audits: Number((await tx.one<{ n: bigint }>("check.audits", "SELECT count(*) AS n FROM kernel.audit_record WHERE subject = $1 AND action = 'loan.repayment.recorded'", [loan.id])).n),
      }), "read");
      for (const [what, n] of Object.entries(found)) if (n !== 1) faults.push(`${n} ${what} of the payment, not 1`);
      const books = await invariants(c.services());
      faults.push(...books.faults);
      say(`${cases} submissions over ${CONNECTIONS} connections: ${result.perSecond}/s, p99 ${result.p99} ms, retried ${JSON.stringify(result.retried)}; ${JSON.stringify(found)}; ${faults.length} faults`);
      for (const line of faults.slice(0, 20)) say(line);
      return { pass: faults.length === 0, cases, violations: faults.length, detail: { ...found, connections: CONNECTIONS, perSecond: result.perSecond, p99: result.p99, retried: result.retried, trialBalance: books.trialBalance, subledgerDifference: books.subledgerDifference, audit: books.audit } };
    } finally {
      await c.close();
    }
  },
};
