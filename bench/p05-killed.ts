import { setTimeout as wait } from "node:timers/promises";
import { addDays, isoDate } from "#engine/date.ts";
import { seededRandom } from "#kernel/ids.ts";
import type { Check } from "../assure/result.ts";
import { booksOf } from "./measured.ts";
import { closeTogether, differences, GENERATED, startPortfolioWorld, TENANTS, WORKERS, type PortfolioProcess, type PortfolioWorld } from "../assure/portfolio-world.ts";

/** Kills that fall into one day; more days are closed until all kills are used. */
const KILLS_A_DAY = 5;
const MOST_DAYS = 30;
/** The business date on which a portfolio is generated. */
const FIRST = "2026-01-01";

/** kill -9 of a closing worker, again and again: each day closes all the same, and leaves what it would have left without. */
export const p05: Check = {
  id: "P05",
  title: `end of day with kill -9 of a worker at 20 random points (--cycles): what is left equals a clean run row by row`,
  async run({ loans = 20_000, cycles = 20, seed, data, say }) {
    const world = await startPortfolioWorld({ loans, seed, data, say });
    try {
      await world.copy("clean");
      const random = seededRandom(seed);
      const workers = await world.start(GENERATED);
      let kills = 0;
      let days = 0;
      let killedSeconds = 0;
      // How long a day takes here is learnt from the first, which nobody disturbs: the kills are spread over that time.
      let dayMs = 0;
      for (; (kills < cycles || days < 2) && days < MOST_DAYS; days++) {
        const began = performance.now();
        const hit = await closeUnderFire(world, workers, addDays(isoDate(FIRST), days), days === 0 ? 0 : Math.min(KILLS_A_DAY, cycles - kills), () => random.integer(Math.max(20, Math.round((dayMs * 2) / KILLS_A_DAY))));
        const ms = performance.now() - began;
        if (days === 0) dayMs = ms;
        killedSeconds += ms / 1000;
        kills += hit.length;
        say(`day ${days + 1}: ${(ms / 1000).toFixed(2)} s, killed ${hit.length} times${hit.length === 0 ? "" : ` after ${hit.join(", ")} ms`}`);
      }
      const clean = await world.start("clean");
      let cleanSeconds = 0;
      for (let n = 0; n < days; n++) cleanSeconds += (await closeTogether(clean)).seconds;
      const [killed, undisturbed] = [await world.owner(GENERATED), await world.owner("clean")];
      const differing = await differences(killed, undisturbed);
      await Promise.all([killed.end(), undisturbed.end()]);
      const books = await world.prove(GENERATED);
      const faults = [...differing, ...books.faults];
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`${kills} kills over ${days} days: ${killedSeconds.toFixed(1)} s, without them ${cleanSeconds.toFixed(1)} s; ${faults.length} faults`);
      return {
        pass: faults.length === 0 && kills === cycles, value: Math.round((killedSeconds / cleanSeconds) * 100) / 100, unit: "of the time without kills", cases: kills, violations: faults.length, seed,
        detail: { loans, days, killedSeconds: Math.round(killedSeconds * 10) / 10, cleanSeconds: Math.round(cleanSeconds * 10) / 10, workers: WORKERS, differing, ...booksOf(books) },
      };
    } finally {
      await world.close();
    }
  },
};

/** One day, closed by all workers, of which one at a time is killed in the midst and started anew. Tells when after the start of each it was hit. */
async function closeUnderFire(world: PortfolioWorld, workers: PortfolioProcess[], date: string, kills: number, delay: () => number): Promise<number[]> {
  // By its date: a worker that is told when the others have closed the day does nothing.
  const order = { kind: "close", tenantIds: TENANTS, date } as const;
  const hit: number[] = [];
  const ended = workers.map(() => false);
  const began = workers.map(() => 0);
  const running: Promise<void>[] = [];
  const work = async (nth: number): Promise<void> => {
    began[nth] = performance.now();
    try {
      await (workers[nth] as PortfolioProcess).order(order);
      ended[nth] = true;
    } catch (error) {
      if ((workers[nth] as PortfolioProcess).child.signalCode !== "SIGKILL") throw error;
    }
  };
  for (const nth of workers.keys()) running[nth] = work(nth);
  for (let n = 0; n < kills; n++) {
    await wait(delay());
    const victim = n % workers.length;
    if (ended.some(Boolean)) break;
    hit.push(Math.round(performance.now() - (began[victim] as number)));
    (workers[victim] as PortfolioProcess).child.kill("SIGKILL");
    await running[victim];
    workers[victim] = (await world.start(GENERATED, 1))[0] as PortfolioProcess;
    running[victim] = work(victim);
  }
  await Promise.all(running);
  return hit;
}
