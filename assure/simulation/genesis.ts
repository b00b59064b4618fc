import { money } from "#engine/money.ts";
import { instant, plusMs, type Clock } from "#kernel/clock.ts";
import { loadConfig } from "#kernel/config.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { keyringFrom, type Keyring } from "#kernel/crypto.ts";
import type { EndOfDayStep } from "#kernel/module.ts";
import { idsFrom, seededRandom } from "#kernel/ids.ts";
import type { Outbound } from "#kernel/outbound.ts";
import { jobActor } from "#kernel/permissions.ts";
import { getProductVersion, inPersonalLoan, quote } from "#modules/products/index.ts";
import { bookLoan, module as servicing } from "#modules/servicing/index.ts";
import { databaseOn, type Owner, type Server } from "./driver.ts";
import { startLoop, type Loop } from "./loop.ts";
import { STATEMENTS } from "./statements.ts";
import { emptyStore, type Store } from "./store.ts";

export const TENANT = "tn_model";
/** The day after it is the last of a month. */
export const FIRST_DAY = "2026-01-30";
export const SHARDS = 2;
export const LOANS = 3;
export const ENDPOINT = "whe_model";
const BEGAN = instant("2026-01-30T03:30:00.000Z");
const PRODUCT = "prv_model";
const TERMS = [6, 4, 9];

const MASTER_KEY = Buffer.from(Array.from({ length: 32 }, (_v, i) => i));
export const modelKeys: Keyring = keyringFrom(MASTER_KEY);
const config = loadConfig({ LOANWRIGHT_ENV: "test", LOANWRIGHT_MASTER_KEY: MASTER_KEY.toString("hex"), LOANWRIGHT_DATA: "/nonexistent" });
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A process's clock: simulated time, and by how much it goes wrong. */
export function clockOf(loop: Loop, skew: { ms: number }): Clock {
  const nowMs = () => Date.parse(BEGAN) + loop.nowMs() + skew.ms;
  return { nowMs, now: () => plusMs(BEGAN, loop.nowMs() + skew.ms) };
}

/** All that the program injects, made for one process of the model. */
export function servicesOf(server: Server, owner: Owner, skew: { ms: number }, outbound: Outbound): Services {
  const clock = clockOf(server.loop, skew);
  const random = seededRandom(server.loop.random.integer(2 ** 31));
  return { config, db: databaseOn(server, owner, clock), clock, ids: idsFrom(clock, random), random, keys: modelKeys, outbound, log };
}

const SERVICING_STEPS = ["servicing.accrue", "servicing.amortise"];

/** End of day of the model: the interest and the deferred fees of servicing itself, and a tally that nothing makes good when it was left out. */
export const STEPS: readonly EndOfDayStep[] = [
  ...(servicing.endOfDay ?? []).filter((step) => SERVICING_STEPS.includes(step.name)),
  {
    name: "check.tally", order: 900, per: "shard",
    run: async (tx, _ctx, day) => {
      const touched = await tx.run("check.tally", "", [day.date, Math.floor((day.shard * 1024) / day.shards), Math.floor(((day.shard + 1) * 1024) / day.shards) - 1]);
      return { touched, failed: 0 };
    },
  },
];

/** Loans booked by servicing's own command, an address that is told of everything, and open books: what every world begins with. */
export async function genesis(): Promise<{ store: Store; loanIds: readonly string[] }> {
  const store = emptyStore();
  const loop = startLoop(1);
  const server: Server = { loop, store, statements: STATEMENTS, connections: new Set(), disturb: () => undefined, committed: () => undefined, up: true };
  const table = (name: string, key: string, row: Record<string, unknown>) => void store.tables.set(name, new Map([[key, row]]));
  table("business_day", "", { business_date: FIRST_DAY, closed_through: "2026-01-29", closing_shards: SHARDS });
  table("tenant", "", { tenantId: TENANT, slug: "model", name: "Model", country: "IN", currency: "INR", timeZone: "Asia/Kolkata", locale: "en-IN", environment: "sandbox", settings: { endOfDayShards: SHARDS } });
  table("product_version", PRODUCT, { id: PRODUCT, product_id: "prd_model", code: "personal-loan", number: 1, name: "Personal loan", currency: "INR", state: "published", definition: inPersonalLoan.definition, definition_hash: "", effective_from: FIRST_DAY, made_by: "", note: "", row_version: 1n });
  const key = modelKeys.newWrappedKey();
  table("webhook_endpoint", ENDPOINT, { url: "https://receiver.example/hook", secret_key: key, secret: modelKeys.seal(key, Buffer.alloc(32, 9), `webhook:${ENDPOINT}`), status: "active" });
  const services = servicesOf(server, { alive: true, frozenUntilMs: 0 }, { ms: 0 }, { call: async () => ({ kind: "outage", why: "" }), mayCall: () => false });
  const loanIds: string[] = [];
  let done = false;
  const book = async () => {
    for (const termMonths of TERMS.slice(0, LOANS)) {
      const ctx = makeContext(services, { tenantId: TENANT, actor: jobActor("genesis"), requestId: `genesis_${termMonths}` });
      loanIds.push(await ctx.transaction(async (tx) => {
        const version = await getProductVersion(tx, PRODUCT);
        const quoted = quote(version, { amount: money(60_000_00n, "INR"), termMonths, annualRate: "0.24", disbursementDate: tx.businessDate });
        return (await bookLoan(tx, ctx, { productVersionId: PRODUCT, terms: quoted.terms, scheduleHash: quoted.scheduleHash, partyIds: [], branchId: null, applicationId: null })).loanAccountId;
      }));
    }
    done = true;
  };
  const booked = book();
  await Promise.race([booked, loop.run(() => done, 10_000)]);
  await booked;
  return { store, loanIds };
}
