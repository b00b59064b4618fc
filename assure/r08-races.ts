import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { makeContext } from "#kernel/context.ts";
import { seededRandom } from "#kernel/ids.ts";
import { jobActor } from "#kernel/permissions.ts";
import { registerBankAccount } from "#modules/payments/index.ts";
import { invariants } from "./invariants.ts";
import { startLendingCluster, type LendingCluster } from "./lending-cluster.ts";
import { LOAN_PAIRS } from "./races/loan-pairs.ts";
import { OFFICE_PAIRS } from "./races/office-pairs.ts";
import { raceOnce, raceWorld, type Pair, type RaceWorld } from "./races/race.ts";
import { withoutRowLocks } from "./races/without-locks.ts";
import type { Check } from "./result.ts";

const PAIRS: readonly Pair[] = [...LOAN_PAIRS, ...OFFICE_PAIRS];
/** Subjects that races are about at the same time. */
const LANES = 4;
/** The second act begins up to so many milliseconds after the first, or the other way round. */
const APART_MS = 4;
/** Pairs of which the planted mistake must be noticed; the others have a second defence (a unique number of each event of a loan). */
const NOTICED_AT_LEAST = 5;

interface Tally { readonly name: string; readonly races: number; readonly bothDone: number; readonly faults: readonly string[] }

/** Pairs of commands that share a constraint, started at the same moment by two people, on a real database. */
export const r08: Check = {
  id: "R08",
  title: `${PAIRS.length} pairs of commands that share a constraint, --cases races each (1,000): never broken; --planted: without row locks it is, and is noticed`,
  async run({ cases = 1_000, seed, planted = false, say }) {
    const c = await startLendingCluster({ apis: 0, loans: 1, seed });
    const owner = new pg.Pool({ connectionString: c.cluster.postgres().url("loanwright"), max: LANES });
    // The database ends before its last idle connections do.
    owner.on("error", () => undefined);
    const locks = planted ? withoutRowLocks() : undefined;
    try {
      await openAccount(c);
      const world = raceWorld(c.services(), c.wiring.modules, owner, c.businessDate);
      const tallies: Tally[] = [];
      for (const pair of PAIRS) {
        const began = performance.now();
        const tally = await raceMany(world, pair, cases, seed, planted);
        tallies.push(tally);
        say(`${tally.races} races in ${((performance.now() - began) / 1000).toFixed(1)} s: ${pair.name}: both came through ${tally.bothDone} times, ${tally.faults.length} broken${tally.faults.length === 0 ? "" : `: ${tally.faults[0]?.slice(0, 200)}`}`);
      }
      locks?.restore();
      const races = tallies.reduce((sum, t) => sum + t.races, 0);
      const broken = tallies.reduce((sum, t) => sum + t.faults.length, 0);
      const noticed = tallies.filter((t) => t.faults.length > 0).length;
      const books = await invariants(c.services());
      if (!planted) for (const fault of books.faults.slice(0, 10)) say(fault.slice(0, 400));
      say(planted ? `without row locks ${noticed} of ${PAIRS.length} pairs were seen to break` : `${races} races of ${PAIRS.length} pairs: ${broken} broken, ${books.faults.length} faults in the books`);
      return {
        pass: planted ? noticed >= NOTICED_AT_LEAST : broken === 0 && books.faults.length === 0, cases: races, violations: broken + (planted ? 0 : books.faults.length), seed,
        detail: { pairs: PAIRS.length, racesEach: cases, ...(planted ? { noticed } : {}), bothCameThrough: Object.fromEntries(tallies.map((t) => [t.name, t.bothDone])), trialBalance: books.trialBalance, subledgerDifference: books.subledgerDifference, audit: books.audit },
      };
    } finally {
      locks?.restore();
      await owner.end().catch(() => undefined);
      await c.close();
    }
  },
};

/** Receipts need an account of the lender's to come in on. */
async function openAccount(c: LendingCluster): Promise<void> {
  const ctx = makeContext(c.services(), { tenantId: c.tenantId, actor: jobActor("check"), requestId: "req_check" });
  await ctx.transaction((tx) => registerBankAccount(tx, ctx, { name: "Main account", holderName: "Bharat", currency: "INR", number: { scheme: "in", bankCode: "SBIN0000300", account: "30012345678" }, channelId: "none" }));
}

async function raceMany(world: RaceWorld, pair: Pair, cases: number, seed: number, planted: boolean): Promise<Tally> {
  const random = seededRandom(seed);
  const tally = { name: pair.name, races: 0, bothDone: 0, faults: [] as string[] };
  const lane = async (nth: number): Promise<void> => {
    const next = await pair.stage(world, nth);
    while (tally.races < cases) {
      tally.races++;
      const late = random.integer(3);
      const ms = random.integer(APART_MS + 1);
      try {
        const race = await next();
        const outcomes = await raceOnce(race, async (act) => void (act === late && ms > 0 && await wait(ms)));
        if (outcomes.every((o) => o.done)) tally.bothDone++;
        tally.faults.push(...await race.judge(outcomes));
        await race.after?.();
      } catch (error) {
        // Without locks some races end in a fault of the database's own defences, and that too is a way of noticing.
        if (!planted) throw error;
        tally.faults.push(`fault: ${(error as Error).message}`);
        if (tally.faults.length > cases) return;
      }
    }
  };
  await Promise.all(Array.from({ length: pair.lanes ?? LANES }, (_v, nth) => lane(nth)));
  return tally;
}
