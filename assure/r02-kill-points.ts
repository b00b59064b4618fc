import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addDays, isoDate } from "#engine/date.ts";
import { seededRandom } from "#kernel/ids.ts";
import { closeTogether, fingerprints, GENERATED, startPortfolioWorld, TENANTS, type PortfolioWorld, type StartedAs } from "./portfolio-world.ts";
import { choosePoints, kindOf } from "./r02-points.ts";
import type { Check } from "./result.ts";

/** The business date on which a portfolio is generated. */
const FIRST = "2026-01-01";
/** Days closed before the one that is tried: thirty, so that it is the last of its month. */
const BEFORE = 30;
const SHARDS = 4;

/** End of day killed at a named point of its transactions, once per copy of the same books: whoever goes on leaves what an undisturbed run leaves. */
export const r02: Check = {
  id: "R02",
  title: "end of day killed with kill -9 at --cases named points (100: each step, each lender, six moments of a transaction), --cycles days (30) into a portfolio: equal to an undisturbed run, row by row; --planted: a checkpoint written before its work is noticed",
  async run({ loans = 1_000, cases = 100, cycles: before = BEFORE, seed, planted = false, say }) {
    const world = await startPortfolioWorld({ loans, seed, shards: SHARDS, say });
    try {
      const makers = await world.start(GENERATED);
      for (let n = 0; n < before; n++) await closeTogether(makers);
      await Promise.all(makers.map((p) => p.end()));
      const date = addDays(isoDate(FIRST), before);
      const { points, clean } = await undisturbed(world, date);
      const random = seededRandom(seed);
      const chosen = choosePoints(points, cases, (below) => random.integer(below));
      const broken: string[] = [];
      for (const [n, point] of chosen.entries()) {
        const differing = await killedAt(world, date, point, clean, planted);
        if (differing.length > 0) broken.push(`killed at ${point}: ${differing.join("; ")}`);
        if (differing.length > 0 || (n + 1) % 10 === 0) say(`${n + 1} of ${chosen.length}, ${broken.length} broken${differing.length > 0 ? `: ${broken.at(-1)?.slice(0, 400)}` : ""}`);
      }
      const kinds = new Set(chosen.map(kindOf)).size;
      say(`${date} killed at ${chosen.length} of ${points.length} points, ${kinds} of ${new Set(points.map(kindOf)).size} kinds: ${chosen.length - broken.length} equal to the undisturbed run`);
      return {
        pass: chosen.length === Math.min(cases, points.length) && (planted ? broken.length > 0 : broken.length === 0), cases: chosen.length, violations: broken.length, seed,
        detail: { loans, date, shards: SHARDS, pointsInAll: points.length, kindsTried: kinds, ...(planted ? { planted: "a checkpoint committed before its work" } : {}) },
      };
    } finally {
      await world.close();
    }
  },
};

/** The day closed by one process that nobody disturbs: the points it passed, and what it left. */
async function undisturbed(world: PortfolioWorld, date: string): Promise<{ points: string[]; clean: Record<string, string> }> {
  const file = join(world.cluster.folder, "points");
  const clean = await closedBy(world, "clean", date, { program: "r02-victim.ts", environment: { CHECK_POINTS: file } });
  return { points: readFileSync(file, "utf8").trim().split("\n"), clean };
}

async function closedBy(world: PortfolioWorld, database: string, date: string, as?: StartedAs): Promise<Record<string, string>> {
  await world.copy(database);
  const [process] = await world.start(database, 1, as);
  await process?.order({ kind: "close", tenantIds: TENANTS, date });
  await process?.end();
  return left(world, database);
}

/** What a database holds now; it is deleted then. */
async function left(world: PortfolioWorld, database: string): Promise<Record<string, string>> {
  const owner = await world.owner(database);
  const found = await fingerprints(owner);
  await owner.end();
  await world.drop(database);
  return found;
}

/** A copy of the books whose day one process begins and does not live to end, and another carries through. Tells in what it differs. */
async function killedAt(world: PortfolioWorld, date: string, point: string, clean: Readonly<Record<string, string>>, planted: boolean): Promise<string[]> {
  await world.copy("killed");
  const [[victim], [survivor]] = await Promise.all([
    world.start("killed", 1, { program: "r02-victim.ts", environment: { CHECK_KILL_AT: point, ...(planted ? { CHECK_PLANTED: "early" } : {}) } }),
    world.start("killed", 1),
  ]);
  if (victim === undefined || survivor === undefined) throw new RangeError("two processes are needed");
  const order = { kind: "close", tenantIds: TENANTS, date } as const;
  const outlived = await victim.order(order).then(() => true, () => false);
  if (outlived || victim.child.signalCode !== "SIGKILL") return [`the process was not killed there (${victim.child.signalCode ?? "it went on"})`];
  await survivor.order(order);
  await survivor.end();
  const found = await left(world, "killed");
  // The planted mistake writes checkpoints with other counts in any case; what counts then is whether work was lost.
  return Object.keys(clean).filter((name) => clean[name] !== found[name] && !(planted && name === "checkpoints")).map((name) => `${name}: ${found[name]}, undisturbed ${clean[name]}`);
}
