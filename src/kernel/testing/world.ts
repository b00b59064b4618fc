import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../config.ts";
import { steppedClock } from "../clock.ts";
import { makeContext, type Context, type Services } from "../context.ts";
import { keyringFrom } from "../crypto.ts";
import { Database } from "../db.ts";
import { idsFrom, systemRandom } from "../ids.ts";
import { outboundTo } from "../outbound.ts";
import { grantsOf, jobActor, type Actor, type Role } from "../permissions.ts";
import { createTenant } from "../tenants.ts";
import { testDatabase, type TestDatabase } from "./database.ts";

/** A whole small world for command tests: a database of its own, two lenders, a clock that steps. */
export interface TestWorld {
  readonly services: Services;
  readonly database: TestDatabase;
  /** An Indian NBFC, business date 2026-01-15. */
  readonly bharat: string;
  /** A US lender, business date 2026-01-15. */
  readonly prairie: string;
  /** A context of somebody with these roles. Each call is another request; `person` keeps who it is. */
  as(roles: readonly Role[], options?: { tenantId?: string; person?: string; partyId?: string; branchId?: string; limits?: Readonly<Record<string, bigint>>; idempotencyKey?: string }): Context;
  /** The platform itself. */
  system(tenantId?: string): Context;
  close(): Promise<void>;
}

const KEY = createHash("sha256").update("a key for tests only").digest("base64");

export async function testWorld(options: { sandboxUrl?: string; mode?: string } = {}): Promise<TestWorld> {
  const database = await testDatabase();
  const clock = steppedClock("2026-01-15T04:00:00.000Z");
  const dataDir = mkdtempSync(join(tmpdir(), "loanwright-test-"));
  const config = loadConfig({
    LOANWRIGHT_ENV: "test", LOANWRIGHT_MASTER_KEY: KEY, LOANWRIGHT_LOG_LEVEL: "silent", LOANWRIGHT_PORT: "0",
    LOANWRIGHT_DATA: dataDir, LOANWRIGHT_SANDBOX_URL: options.sandboxUrl, LOANWRIGHT_MODULES: options.mode,
  });
  const services: Services = {
    config, clock, random: systemRandom, ids: idsFrom(clock, systemRandom), keys: keyringFrom(config.masterKey),
    db: new Database({ url: database.appUrl, clock, poolSize: 12, applicationName: "loanwright-test" }),
    outbound: outboundTo(config.outboundOrigins, async () => undefined),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  const bharat = "tn_bharat";
  const prairie = "tn_prairie";
  await createTenant(services, { tenantId: bharat, slug: "bharat", name: "Bharat Finance", country: "IN", currency: "INR", timeZone: "Asia/Kolkata", locale: "en-IN", environment: "sandbox", businessDate: "2026-01-15" });
  await createTenant(services, { tenantId: prairie, slug: "prairie", name: "Prairie Lending", country: "US", currency: "USD", timeZone: "America/Chicago", locale: "en-US", environment: "sandbox", businessDate: "2026-01-15" });
  let people = 0;
  return {
    services, database, bharat, prairie,
    as: (roles, given = {}) => {
      const id = given.person ?? `usr_test${++people}`;
      const actor: Actor = {
        kind: roles.includes("borrower") ? "borrower" : "staff", id, name: id, roles, partyId: given.partyId, branchId: given.branchId, grants: grantsOf(roles),
        amountLimits: new Map(Object.entries(given.limits ?? { INR: 1_000_000_000n, USD: 100_000_000n })),
      };
      const idempotency = given.idempotencyKey === undefined ? undefined : { key: given.idempotencyKey, scope: id, command: "test", requestHash: "same" };
      return makeContext(services, { tenantId: given.tenantId ?? bharat, actor, requestId: services.ids.next("req"), idempotency });
    },
    system: (tenantId = bharat) => makeContext(services, { tenantId, actor: jobActor("test"), requestId: services.ids.next("req") }),
    close: async () => {
      await services.db.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
