import { money } from "#engine/money.ts";
import { addDays, isoDate } from "#engine/date.ts";
import { decide, propose, withdraw } from "#kernel/approvals.ts";
import type { PublishedEvent } from "#kernel/module.ts";
import { closePeriod, proposeManualEntry } from "#modules/ledger/index.ts";
import { matchReceipt, recordReceipt, returnReceipt } from "#modules/payments/index.ts";
import { onlyOne, type Outcome, type Pair, type Race, type RaceWorld } from "./race.ts";

/** Races on one loan before another takes its place, so that its history stays short. */
const PER_LOAN = 12;
const inr = (minor: number) => money(BigInt(minor), "INR");
const LINES = [{ account: "bank", debit: 10_00n }, { account: "owner_equity", credit: 10_00n }];

/** Races that need nothing between them but a request, a receipt, or a day. */
function each(name: string, prepare: (world: RaceWorld) => Promise<Race>, lanes?: number): Pair {
  return { name, ...(lanes === undefined ? {} : { lanes }), stage: async (world) => () => prepare(world) };
}

async function proposed(world: RaceWorld, businessDate?: string): Promise<{ id: string; subject: string }> {
  const ctx = world.staff("maker");
  return ctx.transaction((tx) => proposeManualEntry(tx, ctx, { valueDate: businessDate ?? world.businessDate, ...(businessDate === undefined ? {} : { businessDate }), currency: "INR", memo: "by hand", lines: LINES }));
}

/** How often the entry that was proposed stands in the books. */
async function posted(world: RaceWorld, subject: string): Promise<number> {
  const { rows } = await world.owner.query<{ n: number }>("SELECT count(*)::int AS n FROM ledger.journal_entry WHERE cause_kind = 'manual_entry' AND cause_id = $1", [subject]);
  return rows[0]?.n ?? 0;
}

const approve = (world: RaceWorld, name: string, id: string) => decide(world.staff(name), id, "approve", undefined);

async function postedAsDecided(world: RaceWorld, subject: string, outcomes: readonly [Outcome, Outcome], approvals: readonly number[]): Promise<string[]> {
  const wanted = approvals.filter((nth) => outcomes[nth]?.done === true).length;
  const found = await posted(world, subject);
  return [...onlyOne(outcomes, "approval.already_decided"), ...(found === wanted ? [] : [`posted ${found} times after ${wanted} approvals`])];
}

const twoApprovals = each("two people approve one request", async (world) => {
  const { id, subject } = await proposed(world);
  return { acts: [() => approve(world, "anna", id), () => approve(world, "bela", id)], judge: (o) => postedAsDecided(world, subject, o, [0, 1]) };
});

const approveAndReject = each("one approves what another turns down", async (world) => {
  const { id, subject } = await proposed(world);
  return { acts: [() => approve(world, "anna", id), () => decide(world.staff("bela"), id, "reject", undefined, "no")], judge: (o) => postedAsDecided(world, subject, o, [0]) };
});

const approveAndWithdraw = each("one approves what its maker takes back", async (world) => {
  const { id, subject } = await proposed(world);
  return { acts: [() => approve(world, "anna", id), () => withdraw(world.staff("maker"), id, "a mistake")], judge: (o) => postedAsDecided(world, subject, o, [0]) };
});

let acts = 0;
const twoProposals = each("two people propose the same act on the same thing", async (world) => {
  const subject = `la_race${++acts}`;
  const ask = (name: string) => {
    const ctx = world.staff(name);
    return ctx.transaction((tx) => propose(tx, ctx, { action: "ledger.manual_entry.post", subject, summary: "the same", payload: {} }));
  };
  return { acts: [() => ask("anna"), () => ask("bela")], judge: (o) => onlyOne(o, "approval.already_waiting") };
});

/** The close counts what stands in its period in its own transaction; nothing may come to that afterwards. */
const closeAndEntry = each("a period is closed while an entry of its last day is approved", async (world) => {
  const through = addDays(isoDate(world.businessDate), -1);
  await world.owner.query("DELETE FROM ledger.period_close");
  const { id } = await proposed(world, through);
  const STANDING = "SELECT count(*)::int AS n FROM ledger.posting WHERE business_date <= $1";
  const close = () => {
    const ctx = world.staff("closer");
    return ctx.transaction(async (tx) => {
      await closePeriod(tx, ctx, through, undefined, "race");
      return (await tx.one<{ n: number }>("check.standing", STANDING, [through])).n;
    });
  };
  return {
    acts: [close, () => approve(world, "anna", id)],
    judge: async ([closed, approved]) => {
      if (!closed.done) return [`the close was refused by ${closed.code}`];
      if (!approved.done && approved.code !== "period.closed") return [`the entry was refused by ${approved.code}`];
      const { rows } = await world.owner.query<{ n: number }>(STANDING, [through]);
      return rows[0]?.n === closed.value ? [] : [`${closed.value} postings stood when the period was closed, ${rows[0]?.n} do now`];
    },
  };
}, 1);

async function receipt(world: RaceWorld, loanAccountId?: string): Promise<{ receiptId: string; matchId: string | undefined }> {
  const ctx = world.staff("cashier");
  return ctx.transaction((tx) => recordReceipt(tx, ctx, { amount: inr(40_00), valueDate: world.businessDate, channel: "cash", ...(loanAccountId === undefined ? {} : { loanAccountId }) }));
}

const match = (world: RaceWorld, name: string, receiptId: string, reference: string) => {
  const ctx = world.staff(name);
  return ctx.transaction((tx) => matchReceipt(tx, ctx, receiptId, [{ reference, amount: inr(40_00) }]));
};

async function standingMatches(world: RaceWorld, receiptId: string): Promise<{ state: string; n: number }> {
  const { rows } = await world.owner.query<{ state: string; n: number }>("SELECT state, (SELECT count(*)::int FROM payments.receipt_match m WHERE m.receipt_id = r.id AND m.undone_at IS NULL) AS n FROM payments.receipt r WHERE r.id = $1", [receiptId]);
  return rows[0] ?? { state: "", n: 0 };
}

/** Two loans that all receipts are matched to; nobody applies what is matched here. */
function receiptPair(name: string, prepare: (world: RaceWorld, receiptId: string, numbers: readonly [string, string]) => Race): Pair {
  return {
    name,
    stage: async (world) => {
      const numbers = [(await world.loan()).number, (await world.loan()).number] as const;
      return async () => prepare(world, (await receipt(world)).receiptId, numbers);
    },
  };
}

const twoMatches = receiptPair("two people match one receipt to two loans", (world, id, [one, other]) => ({
  acts: [() => match(world, "anna", id, one), () => match(world, "bela", id, other)],
  judge: async (o) => [...onlyOne(o, "receipt.not_in_suspense"), ...((await standingMatches(world, id)).n === 1 ? [] : ["its money is matched more than once"])],
}));

const matchAndReturn = receiptPair("a receipt is matched while the bank takes it back", (world, id, [one]) => ({
  acts: [() => match(world, "anna", id, one), () => {
    const ctx = world.staff("bela");
    return ctx.transaction((tx) => returnReceipt(tx, ctx, id, "no funds"));
  }],
  judge: async ([, returned]) => {
    const { state, n } = await standingMatches(world, id);
    return returned.done && state === "returned" && n === 0 ? [] : [`it is ${state} with ${n} matches`];
  },
}));

/** The queue hands one event out twice: both deliveries run the subscriber at the same moment. */
const twoDeliveries: Pair = {
  name: "one matched receipt delivered to its loan twice",
  stage: async (world) => {
    let [loan, left] = [await world.loan(), PER_LOAN];
    const subscriber = world.modules.flatMap((m) => m.subscribers ?? []).find((s) => s.name === "servicing.apply_receipt");
    if (subscriber === undefined) throw new RangeError("servicing applies no receipts");
    return async () => {
      if (left-- === 0) [loan, left] = [await world.loan(), PER_LOAN];
      const { id } = loan;
      const { receiptId, matchId } = await receipt(world, id);
      const event: PublishedEvent = { id: "evt_race", type: "payments.receipt_matched", subject: receiptId, sequence: 1n, businessDate: world.businessDate, payload: { matchId, loanAccountId: id } };
      const deliver = () => subscriber.handle(world.system(), event);
      return {
        acts: [deliver, deliver],
        judge: async (outcomes) => {
          const { rows } = await world.owner.query<{ n: number }>("SELECT count(*)::int AS n FROM servicing.loan_event WHERE cause = $1", [matchId]);
          return outcomes.every((o) => o.done) && rows[0]?.n === 1 ? [] : [`applied ${rows[0]?.n} times`];
        },
        after: () => world.undoAll(id),
      };
    };
  },
};

export const OFFICE_PAIRS: readonly Pair[] = [twoApprovals, approveAndReject, approveAndWithdraw, twoProposals, closeAndEntry, twoMatches, matchAndReturn, twoDeliveries];
