import { forgetLoans } from "#modules/servicing/index.ts";
import { client, type Asking } from "./clients.ts";
import type { Fault } from "./faults.ts";
import { genesis } from "./genesis.ts";
import { STATEMENTS } from "./statements.ts";
import { fingerprint, verdict } from "./verdict.ts";
import { daysOf, startWorld, type Planted } from "./world.ts";

export interface SeedResult {
  readonly violations: readonly string[];
  readonly counts: Readonly<Record<Fault, number>>;
  readonly commands: number;
  readonly events: number;
  readonly simulatedMs: number;
  readonly fingerprint: string;
}

const CLIENTS = 3;
const DAYS = 2;
/** After so many simulated milliseconds nothing more goes wrong, so that every client comes to know. */
const CALM_MS = 20_000;
const MOST_EVENTS = 60_000;

let beginning: ReturnType<typeof genesis> | undefined;

/** One world from beginning to rest, and what is wrong with what it left. The seed alone decides what happens. */
export async function runSeed(seed: number, planted: Planted = {}): Promise<SeedResult> {
  const { store, loanIds } = await (beginning ??= genesis());
  // Ids of loans are the same in all worlds; what was remembered of another's would make a seed go two ways.
  forgetLoans();
  const world = startWorld(store, STATEMENTS, seed, planted);
  const log: Asking[] = [];
  let busy = 0;
  const begin = (work: Promise<void>) => {
    busy++;
    void work.catch((error: Error) => void world.faults.push(String(error.stack))).finally(() => void busy--);
  };
  const days = daysOf(DAYS);
  for (let n = 0; n < CLIENTS; n++) begin(client(world, `client-${n}`, loanIds, log, planted));
  begin(world.closeDays(days));
  world.loop.after(CALM_MS, () => world.weather.calm());
  let violations: string[];
  try {
    await world.loop.run(() => busy === 0 && world.idle(), MOST_EVENTS);
    violations = verdict(world, log, days);
  } catch (error) {
    violations = [...world.faults, `did not come to rest: ${(error as Error).message}`];
  } finally {
    world.end();
  }
  return { violations, counts: { ...world.weather.counts, "deadlock found": world.store.deadlocks }, commands: world.commands, events: world.loop.events, simulatedMs: world.loop.nowMs(), fingerprint: fingerprint(world) };
}
