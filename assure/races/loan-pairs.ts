import { money } from "#engine/money.ts";
import { addCharge, cancelDisbursement, payAgain, recordRepayment, refundOverpayment, reverseEvent, waiveCharge, type ChangeResult, type Repayment } from "#modules/servicing/index.ts";
import { onlyOne, type Outcome, type Pair, type Race, type RaceWorld } from "./race.ts";

/** Races on one loan before another takes its place. */
const PER_LOAN = 12;
const inr = (minor: number | bigint) => money(BigInt(minor), "INR");

/** Races on loans: the loan is made anew after some, and put back to its payout after each. */
function onLoans(name: string, prepare: (world: RaceWorld, loanAccountId: string) => Promise<Pick<Race, "acts" | "judge">>): Pair {
  return {
    name,
    stage: async (world) => {
      let [id, left] = ["", 0];
      return async () => {
        if (left-- === 0) [id, left] = [(await world.loan()).id, PER_LOAN];
        const loan = id;
        return { ...(await prepare(world, loan)), after: () => world.undoAll(loan) };
      };
    },
  };
}

const pay = (world: RaceWorld, name: string, loanAccountId: string, minor: number | bigint, reference?: string): Promise<Repayment> =>
  recordRepayment(world.staff(name), { loanAccountId, amount: inr(minor), valueDate: world.businessDate, channel: "cash", ...(reference === undefined ? {} : { reference }) });
const reverse = (world: RaceWorld, name: string, loanAccountId: string, eventId: string): Promise<ChangeResult> =>
  reverseEvent(world.staff(name), { loanAccountId, eventId, reason: "taken back" });
const refund = (world: RaceWorld, name: string, loanAccountId: string): Promise<ChangeResult> => refundOverpayment(world.staff(name), { loanAccountId, reason: "too much" });
const valueOf = <T>(outcome: Outcome): T | undefined => (outcome.done ? outcome.value as T : undefined);

async function charge(world: RaceWorld, loanAccountId: string, minor: number): Promise<string> {
  const done = await addCharge(world.staff("charger"), { loanAccountId, code: "late_fee", component: "fee", amount: inr(minor), dueDate: world.businessDate });
  return done.eventIds[0] ?? "";
}

async function chargeOf(world: RaceWorld, loanAccountId: string, chargeId: string): Promise<{ due: number; paid: number; waived: number }> {
  const found = (await world.read(loanAccountId)).state.charges.find((c) => c.id === chargeId);
  if (found === undefined) throw new RangeError(`charge ${chargeId} is gone`);
  return found;
}

const twoReversals = onLoans("two reversals of one payment", async (world, id) => {
  const { eventId } = await pay(world, "payer", id, 100_00);
  return { acts: [() => reverse(world, "anna", id, eventId), () => reverse(world, "bela", id, eventId)], judge: (o) => onlyOne(o, "loan.event_refused", "loan.event_not_found") };
});

const twoPayoffs = onLoans("two payments that each pay the loan off", async (world, id) => {
  const owed = (await world.read(id)).principal_minor;
  return {
    acts: [() => pay(world, "anna", id, owed), () => pay(world, "bela", id, owed)],
    judge: async (outcomes) => {
      const paid = outcomes.map((o) => valueOf<Repayment>(o)).filter((r) => r !== undefined);
      const principal = paid.reduce((sum, r) => sum + r.paid.principal, 0n);
      const excess = paid.reduce((sum, r) => sum + r.excess, 0n);
      const { state } = await world.read(id);
      return [
        ...(principal === owed ? [] : [`${principal} of ${owed} owed was paid`]),
        ...(excess === owed * BigInt(paid.length - 1) ? [] : [`${excess} is kept as overpaid after ${paid.length} payments`]),
        ...(BigInt(state.overpayment) === excess ? [] : [`the loan is overpaid by ${state.overpayment}, the answers say ${excess}`]),
      ];
    },
  };
});

const twoRefunds = onLoans("two refunds of one overpayment", async (world, id) => {
  const { principal_minor: owed } = await world.read(id);
  await pay(world, "payer", id, owed + 500_00n);
  return { acts: [() => refund(world, "anna", id), () => refund(world, "bela", id)], judge: (o) => onlyOne(o, "loan.not_overpaid") };
});

const refundAndReversal = onLoans("a refund, and the reversal of the payment it is of", async (world, id) => {
  const { principal_minor: owed } = await world.read(id);
  const { eventId } = await pay(world, "payer", id, owed + 500_00n);
  return {
    acts: [() => refund(world, "anna", id), () => reverse(world, "bela", id, eventId)],
    judge: async () => {
      const { events } = await world.read(id);
      const reversal = events.find((e) => e.type === "reversed" && e.eventId === eventId)?.sequence ?? Infinity;
      const late = events.filter((e) => e.type === "creditBalanceRefunded" && e.sequence > reversal && !events.some((r) => r.type === "reversed" && r.eventId === e.id));
      return late.length === 0 ? [] : ["money went out that had been taken back before"];
    },
  };
});

const refundAndPayment = onLoans("a refund, and one more payment on the same loan", async (world, id) => {
  const { principal_minor: owed } = await world.read(id);
  await pay(world, "payer", id, owed + 500_00n);
  return {
    acts: [() => refund(world, "anna", id), () => pay(world, "bela", id, 70_00)],
    judge: async ([refunded, paid]) => {
      const { state, events } = await world.read(id);
      const back = events.flatMap((e) => (e.type === "creditBalanceRefunded" && valueOf<ChangeResult>(refunded)?.eventIds.includes(e.id) === true ? [Number(e.amount)] : [])).reduce((a, b) => a + b, 0);
      const extra = paid.done ? 70_00 : 0;
      return state.overpayment + back === 500_00 + extra ? [] : [`${back} refunded and ${state.overpayment} kept of ${500_00 + extra}`];
    },
  };
});

const waiveAndPay = onLoans("a charge waived, and paid", async (world, id) => {
  const chargeId = await charge(world, id, 100_00);
  return {
    acts: [() => waiveCharge(world.staff("anna"), { loanAccountId: id, chargeId, reason: "goodwill" }), () => pay(world, "bela", id, 100_00)],
    judge: async () => {
      const { due, paid, waived } = await chargeOf(world, id, chargeId);
      return paid >= 0 && waived >= 0 && paid + waived <= due ? [] : [`of a charge of ${due} ${paid} is paid and ${waived} waived`];
    },
  };
});

const LIMIT = 50_00;
const waiveWithinLimit = onLoans("a waiver within one's limit, and the reversal that would take it beyond", async (world, id) => {
  const chargeId = await charge(world, id, 100_00);
  const { eventId } = await pay(world, "payer", id, 60_00);
  return {
    acts: [() => waiveCharge(world.staff("anna", BigInt(LIMIT)), { loanAccountId: id, chargeId, reason: "goodwill" }), () => reverse(world, "bela", id, eventId)],
    judge: async ([waiver]) => {
      const { waived } = await chargeOf(world, id, chargeId);
      if (!waiver.done && waiver.code !== "permission.above_limit") return [`refused by ${waiver.code}`];
      return waived <= LIMIT ? [] : [`${waived} was waived by somebody whose limit is ${LIMIT}`];
    },
  };
});

let papers = 0;
const onePaper = onLoans("one paper taken in by two people", async (world, id) => {
  const reference = `UTR${++papers}`;
  return {
    acts: [() => pay(world, "anna", id, 30_00, reference), () => pay(world, "bela", id, 30_00, reference)],
    judge: async (outcomes) => {
      const ids = new Set(outcomes.map((o) => valueOf<Repayment>(o)?.eventId));
      const { state } = await world.read(id);
      const applied = state.transactions.filter((t) => t.type === "repayment" && ids.has(t.eventId)).length;
      return ids.size === 1 && applied === 1 ? [] : [`applied ${applied} times, answered ${[...ids].join(", ")}`];
    },
  };
});

const PAYEE = { name: "Load Borrower", accountScheme: "in", account: "HDFC0000001/501000012345" } as const;

/** A cancelled payout ordered again by two people: a loan of its own each time, since a payout is for good. */
const payTwice: Pair = {
  name: "a payout that failed, ordered again by two people",
  stage: async (world) => {
    let [id, left] = ["", 0];
    return async () => {
      if (left-- === 0) [id, left] = [(await world.loan()).id, PER_LOAN];
      const loanAccountId = id;
      const cancel = (ctx = world.system()) => ctx.transaction((tx) => cancelDisbursement(tx, ctx, { loanAccountId, reason: "account closed" }));
      await cancel();
      const again = (name: string) => {
        const ctx = world.staff(name);
        return ctx.transaction((tx) => payAgain(tx, ctx, { loanAccountId, netMinor: 1_000_00, payee: PAYEE }));
      };
      const payouts = async () => Number((await world.owner.query<{ n: string }>("SELECT count(*) AS n FROM payments.payout WHERE subject = $1", [loanAccountId])).rows[0]?.n);
      const before = await payouts();
      return {
        acts: [() => again("anna"), () => again("bela")],
        judge: async (outcomes) => [...onlyOne(outcomes, "loan.event_refused"), ...(await payouts() === before + 1 ? [] : ["it was not ordered once"])],
      };
    };
  },
};

export const LOAN_PAIRS: readonly Pair[] = [twoReversals, twoPayoffs, twoRefunds, refundAndReversal, refundAndPayment, waiveAndPay, waiveWithinLimit, onePaper, payTwice];
