import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { isoDate } from "#engine/date.ts";
import { readLoan } from "#modules/servicing/index.ts";
import { invariants } from "./invariants.ts";
import { startLendingCluster, type LendingCluster } from "./lending-cluster.ts";
import { makeLoans } from "./loans.ts";
import type { Done, Work } from "./r07-client.ts";
import { againstOneOrder, type Operation } from "./r07-model.ts";
import type { Check } from "./result.ts";

const PROCESSES = 2;
const CLIENTS_EACH = 3;
/** Loans that all clients work on at once, and operations of each client on them. */
const LOANS_AT_ONCE = 4;
const OPERATIONS_EACH = 32;

/** Operations of several processes on the same loans at once have one order that the engine, run from the first event, agrees with. */
export const r07: Check = {
  id: "R07",
  title: `--cases operations (10,000: repay, reverse, charge, waive, refund, read) of ${PROCESSES * CLIENTS_EACH} clients in ${PROCESSES} processes on ${LOANS_AT_ONCE} loans at a time: one order, as the engine has it; --planted: reads of an earlier copy are noticed`,
  async run({ cases = 10_000, seed, planted = false, say }) {
    const c = await startLendingCluster({ apis: 0, loans: 1, seed });
    const processes: ChildProcess[] = [];
    try {
      for (let n = 0; n < PROCESSES; n++) processes.push(await startClients(c));
      const faults: string[] = [];
      const sum = { operations: 0, refused: 0, overlapping: 0, loans: 0 };
      for (let round = 0; sum.operations < cases && faults.length < 5; round++) {
        const loans = await makeLoans(c.services(), c.tenantId, LOANS_AT_ONCE, seed + round);
        const loanIds = loans.map((loan) => loan.id);
        const lists = await Promise.all(processes.map((child, nth) => work(child, { loanIds, clients: CLIENTS_EACH, operations: OPERATIONS_EACH, seed: seed * 1_000_003 + round * PROCESSES + nth, planted })));
        const operations = lists.flat();
        for (const id of loanIds) faults.push(...await judge(c, id, operations.filter((op) => op.loanId === id)));
        sum.operations += operations.length;
        sum.loans += loanIds.length;
        sum.refused += operations.filter((op) => op.code !== undefined).length;
        sum.overlapping += overlapping(operations);
        if (round % 100 === 99) say(`${sum.operations} operations on ${sum.loans} loans, ${sum.overlapping} beside another on the same loan; ${faults.length} faults`);
      }
      const books = await invariants(c.services());
      faults.push(...books.faults);
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`${sum.operations} operations on ${sum.loans} loans, ${sum.refused} refused, ${sum.overlapping} beside another on the same loan; ${faults.length} faults`);
      return {
        pass: planted ? faults.length > 0 : faults.length === 0, cases: sum.operations, violations: faults.length, seed,
        detail: { loans: sum.loans, processes: PROCESSES, clients: PROCESSES * CLIENTS_EACH, refused: sum.refused, besideAnotherOnTheSameLoan: sum.overlapping, trialBalance: books.trialBalance, subledgerDifference: books.subledgerDifference, audit: books.audit },
      };
    } finally {
      for (const child of processes) child.kill("SIGKILL");
      await c.close();
    }
  },
};

async function startClients(c: LendingCluster): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "r07-client.ts"), { env: { ...c.cluster.environment }, stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced" });
  await answer(child);
  return child;
}

function answer(child: ChildProcess): Promise<Done> {
  return new Promise((done, failed) => {
    const ended = (code: number | null, signal: string | null) => failed(new Error(`the clients ended: ${code ?? signal}`));
    child.once("exit", ended);
    child.once("message", (message: Done) => {
      child.off("exit", ended);
      done(message);
    });
  });
}

async function work(child: ChildProcess, order: Work): Promise<readonly Operation[]> {
  const done = answer(child);
  child.send(order);
  const list = await done;
  return list === "ready" ? [] : list;
}

async function judge(c: LendingCluster, loanId: string, operations: readonly Operation[]): Promise<string[]> {
  const loan = await c.services().db.transaction(c.tenantId, (tx) => readLoan(tx, loanId), "read");
  return againstOneOrder(loan.terms, isoDate(c.businessDate), loan.events, operations);
}

/** Operations that were under way while another on the same loan was. */
function overlapping(operations: readonly Operation[]): number {
  return operations.filter((one) => operations.some((other) => other !== one && other.loanId === one.loanId && other.from < one.to && one.from < other.to)).length;
}
