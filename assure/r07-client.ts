/**
 * Clients in a process of their own, with its own memory of loans: they work on the same loans as the clients of other processes, and write down every
 * operation with the moments of its call and its answer.
 */
import { hrtime } from "node:process";
import { openServices } from "#app/open-services.ts";
import { wire } from "#app/wiring.ts";
import { money } from "#engine/money.ts";
import type { LoanEvent } from "#engine/index.ts";
import { loadConfig } from "#kernel/config.ts";
import { makeContext, type Context } from "#kernel/context.ts";
import { seededRandom } from "#kernel/ids.ts";
import { grantsOf, type Role } from "#kernel/permissions.ts";
import { Problem } from "#kernel/problems.ts";
import { addCharge, readLoan, recordRepayment, refundOverpayment, reverseEvent, waiveCharge, type ChangeResult } from "#modules/servicing/index.ts";
import type { Operation } from "./r07-model.ts";

/** `planted`: some reads are answered from a copy that was taken earlier. */
export interface Work { readonly loanIds: readonly string[]; readonly clients: number; readonly operations: number; readonly seed: number; readonly planted: boolean }
export type Done = readonly Operation[] | "ready";

const TENANT = "tn_bharat";
const ROLES: readonly Role[] = ["servicing_agent", "finance_officer"];
type SeededRandom = ReturnType<typeof seededRandom>;
type Answer = Pick<Operation, "eventIds" | "figures">;
type Seen = { known: number; events: readonly LoanEvent[]; figures: NonNullable<Operation["figures"]> };

const { services } = await openServices(loadConfig({ ...process.env }), { applicationName: "loanwright-check", keepDatabaseRunning: true });
wire(services);
const grants = grantsOf(ROLES);
const request = (): Context => makeContext(services, { tenantId: TENANT, requestId: services.ids.next("req"), actor: { kind: "staff", id: "usr_check", name: "check", roles: ROLES, grants, amountLimits: new Map([["INR", 1_000_000_000_00n]]) } });
const businessDate = await services.db.transaction(TENANT, async (tx) => tx.businessDate, "read");

process.on("message", (work: Work) => {
  const random = seededRandom(work.seed);
  const copies = new Map<string, Seen>();
  void Promise.all(Array.from({ length: work.clients }, () => client(work, random, copies))).then((lists) => process.send?.(lists.flat() satisfies Done), (error: Error) => {
    console.error(error);
    process.exit(1);
  });
});
process.send?.("ready" satisfies Done);

async function client(work: Work, random: SeededRandom, copies: Map<string, Seen>): Promise<Operation[]> {
  const mine: Operation[] = [];
  for (let n = 0; n < work.operations; n++) {
    const loanId = random.pick(work.loanIds);
    const dice = random.integer(100);
    if (dice < 25) mine.push(await timed("read", loanId, undefined, async () => ({ figures: (await look(loanId, work.planted && random.integer(4) === 0, copies)).figures })));
    else if (dice < 60) mine.push(await timed("repay", loanId, undefined, () => repay(loanId, random.integer(12) === 0 ? 500_000_00 : 1 + random.integer(5_000_00))));
    else if (dice < 70) mine.push(await timed("charge", loanId, undefined, async () => changed(await addCharge(request(), { loanAccountId: loanId, code: "late_fee", component: "fee", amount: money(BigInt(1 + random.integer(500_00)), "INR"), dueDate: businessDate }))));
    else if (dice < 75) mine.push(await timed("refund", loanId, undefined, async () => changed(await refundOverpayment(request(), { loanAccountId: loanId, reason: "too much" }))));
    else {
      const kind = dice < 90 ? "reverse" : "waive";
      const target = targetOf((await look(loanId, false, copies)).events, kind, random);
      if (target !== undefined) mine.push(await timed(kind, loanId, target, async () => changed(kind === "reverse" ? await reverseEvent(request(), { loanAccountId: loanId, eventId: target, reason: "taken back" }) : await waiveCharge(request(), { loanAccountId: loanId, chargeId: target, reason: "goodwill" }))));
    }
  }
  return mine;
}

async function timed(kind: Operation["kind"], loanId: string, target: string | undefined, act: () => Promise<Answer>): Promise<Operation> {
  const from = Number(hrtime.bigint());
  const about = { kind, loanId, from, ...(target === undefined ? {} : { target }) };
  try {
    const answer = await act();
    return { ...about, ...answer, to: Number(hrtime.bigint()) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...about, code: error.code, to: Number(hrtime.bigint()) };
  }
}

async function repay(loanId: string, minor: number): Promise<Answer> {
  const done = await recordRepayment(request(), { loanAccountId: loanId, amount: money(BigInt(minor), "INR"), valueDate: businessDate, channel: "cash" });
  const { principal, interest, fee, penalty } = done.paid;
  return { eventIds: [done.eventId], figures: { principal: Number(done.outstandingPrincipal), excess: Number(done.excess), paid: Number(principal + interest + fee + penalty) } };
}

function changed(result: ChangeResult): Answer {
  return { eventIds: result.eventIds, figures: { principal: Number(result.balances.principal), overpayment: Number(result.balances.overpayment) } };
}

async function look(loanId: string, stale: boolean, copies: Map<string, Seen>): Promise<Seen> {
  const copy = copies.get(loanId);
  if (stale && copy !== undefined) return copy;
  const loan = await services.db.transaction(TENANT, (tx) => readLoan(tx, loanId), "read");
  const seen = { known: loan.events.length, events: loan.events, figures: { principal: loan.state.outstanding.principal, overpayment: loan.state.overpayment, known: loan.events.length } };
  copies.set(loanId, seen);
  return seen;
}

/** Something on the loan that can be taken back; sometimes what somebody else takes back at the same moment. */
function targetOf(events: readonly LoanEvent[], kind: "reverse" | "waive", random: SeededRandom): string | undefined {
  const gone = new Set(events.flatMap((e) => (e.type === "reversed" ? [e.eventId] : [])));
  const possible = events.filter((e) => !gone.has(e.id) && e.type === (kind === "reverse" ? "paymentReceived" : "chargeAdded"));
  return possible.length === 0 ? undefined : random.pick(possible.slice(-4)).id;
}
