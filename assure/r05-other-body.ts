import { commandHeaders, repaymentBody, startLendingCluster } from "./lending-cluster.ts";
import { fire, type Shot } from "./load.ts";
import { invariants } from "./invariants.ts";
import type { Check } from "./result.ts";

const KEY = "r05-one-key";
const CONNECTIONS = 64;

/** A key that was used comes again with other amounts: refused each time, and the first result stays as it was. */
export const r05: Check = {
  id: "R05",
  title: "one key with another body, --cases times (10,000), over two API processes: all refused, the first result untouched",
  async run({ cases = 10_000, seed, say }) {
    const c = await startLendingCluster({ apis: 2, loans: 5, seed });
    try {
      const path = `/v1/loan-accounts/${c.loans[0]?.id}/repayments`;
      const first = async () => c.client.call("POST", path, { token: c.token, headers: { "idempotency-key": KEY }, body: JSON.parse(repaymentBody(c.businessDate, "50.00")) as unknown });
      const answer = await first();
      const shots: Shot[] = Array.from({ length: cases }, (_v, n) => ({ method: "POST", path, body: repaymentBody(c.businessDate, `${51 + (n % 900)}.${String(n % 100).padStart(2, "0")}`), headers: { "idempotency-key": KEY } }));
      const result = await fire({ urls: c.cluster.apis.map((api) => api.url), connections: CONNECTIONS, headers: commandHeaders(c.token), shots });
      const again = await first();
      const { n } = await c.services().db.transaction(c.tenantId, (tx) => tx.one<{ n: bigint }>("check.payments", "SELECT count(*) AS n FROM servicing.loan_event WHERE type = 'paymentReceived'"), "read");
      const books = await invariants(c.services());
      const faults = [...books.faults];
      if (answer.status !== 201) faults.push(`the first was answered ${answer.status} ${answer.text}`);
      for (const [status, count] of Object.entries(result.statuses)) if (status !== "422") faults.push(`${count} were answered ${status}`);
      if ((result.statuses["422"] ?? 0) !== cases) faults.push(`${result.statuses["422"] ?? 0} of ${cases} were refused`);
      if (again.text !== answer.text) faults.push(`the first body is answered otherwise now: ${again.text}`);
      if (n !== 1n) faults.push(`${n} payments are in the books`);
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`${result.statuses["422"] ?? 0} of ${cases} refused, ${n} payment in the books; ${faults.length} faults`);
      return { pass: faults.length === 0, cases, violations: faults.length, seed, detail: { statuses: result.statuses, trialBalance: books.trialBalance, audit: books.audit } };
    } finally {
      await c.close();
    }
  },
};
