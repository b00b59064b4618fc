import { readFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "#kernel/ids.ts";
import type { Check } from "../assure/result.ts";

/** A day as P01 measured it: what each step took over all loans, summed over the processes that shared it. */
interface Measured { readonly loans: number; readonly workers: number; readonly shards: number; readonly seconds: number; readonly steps: Readonly<Record<string, number>>; readonly commit: string; readonly at: string }

const MEASURED = JSON.parse(readFileSync(join(import.meta.dirname, "measured/p01-million.json"), "utf8")) as Measured;
/** Steps that one process takes for the whole lender; the others are shared out by shards. */
const ALONE = new Set(["ledger.prove", "reporting.snapshot", "reporting.calendar", "origination.expire_applications", "servicing.collect"]);
const CORES = 2;
/** A worker dies in so many of a million shards, and its shard is begun again by another after so long. */
const DEATHS_PER_MILLION = 200;
const BACK_SECONDS = 2;
/** How far a shard may be from the mean, either way. */
const SPREAD = 0.3;
const SIZES = [10_000_000, 100_000_000] as const;
const SERVERS = [1, 4, 16, 64] as const;

/**
 * Days of portfolios that no machine here can hold, from the measured day: lenders lie on servers of the measured kind, largest first on
 * the emptiest; on each server its processes share the shards of a step, and a step begins when the one before it is done.
 */
export const p02s: Check = {
  id: "P02S",
  title: `simulated from the measured day of a million loans: end of day of 10 and 100 million loans on ${SERVERS.join(", ")} servers; at the measured size it must give the measured time`,
  async run({ seed, say }) {
    const random = seededRandom(seed);
    const chance = () => random.integer(1_000_000) / 1_000_000;
    // The check of the model: one lender of the measured size on the measured machine.
    const told = daySeconds([MEASURED.loans], chance);
    const error = Math.abs(told / MEASURED.seconds - 1);
    const detail: Record<string, number> = {};
    for (const loans of SIZES) {
      for (const servers of SERVERS) detail[`${loans / 1_000_000} million on ${servers}`] = Math.round(Math.max(...place(lenders(loans, chance), servers).map((own) => daySeconds(own, chance))));
    }
    say(`measured ${MEASURED.seconds} s for ${MEASURED.loans} loans (${MEASURED.commit}, ${MEASURED.at}); the model says ${told.toFixed(1)} s; ${Object.entries(detail).map(([what, s]) => `${what} servers: ${s} s`).join(", ")}`);
    return { pass: error <= 0.15, value: Math.round(error * 1000) / 1000, unit: "of the measured time, error of the model", seed, detail: { measuredSeconds: MEASURED.seconds, modelSeconds: Math.round(told * 10) / 10, ...detail } };
  },
};

/** Lenders that hold so many loans together, none above a million and a half. */
function lenders(loans: number, chance: () => number): number[] {
  const sizes: number[] = [];
  for (let left = loans; left > 0;) {
    const size = Math.min(left, 20_000 + Math.round(1_480_000 * chance() ** 2));
    sizes.push(size);
    left -= size;
  }
  return sizes;
}

/** Largest first, each on the server that has least. */
function place(sizes: readonly number[], servers: number): number[][] {
  const own: number[][] = Array.from({ length: servers }, () => []);
  const held = own.map(() => 0);
  for (const size of [...sizes].sort((a, b) => b - a)) {
    const at = held.indexOf(Math.min(...held));
    (own[at] as number[]).push(size);
    held[at] = (held[at] as number) + size;
  }
  return own;
}

/** Seconds until the last lender of a server is closed. */
function daySeconds(sizes: readonly number[], chance: () => number): number {
  let seconds = 0;
  for (const loans of sizes) {
    for (const [step, ms] of Object.entries(MEASURED.steps)) {
      const share = loans / MEASURED.loans;
      if (ALONE.has(step)) {
        // Both processes wait for the one that has it, and both times were counted.
        seconds += (ms / 1000 / MEASURED.workers) * share;
        continue;
      }
      const free = Array.from({ length: CORES }, () => 0);
      const mean = (ms / 1000 / MEASURED.shards) * share;
      for (let shard = 0; shard < MEASURED.shards; shard++) {
        const next = free.indexOf(Math.min(...free));
        const again = chance() * 1_000_000 < DEATHS_PER_MILLION ? BACK_SECONDS + mean * chance() : 0;
        free[next] = (free[next] as number) + again + mean * (1 + SPREAD * (2 * chance() - 1));
      }
      seconds += Math.max(...free);
    }
  }
  return seconds;
}
