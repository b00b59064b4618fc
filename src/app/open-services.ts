import { createHmac } from "node:crypto";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { systemClock, type Clock } from "#kernel/clock.ts";
import type { Config } from "#kernel/config.ts";
import type { Services } from "#kernel/context.ts";
import { keyringFrom } from "#kernel/crypto.ts";
import { Database } from "#kernel/db.ts";
import { idsFrom, systemRandom, type Random } from "#kernel/ids.ts";
import { migrate } from "#kernel/migrate.ts";
import { outboundTo } from "#kernel/outbound.ts";
import { startPostgres } from "#kernel/postgres.ts";
import { consoleLog } from "./log.ts";

export interface OpenServices {
  readonly services: Services;
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** Names of the migrations that ran. */
  readonly migrated: readonly string[];
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly applicationName?: string;
  /** Leave the embedded server running at close: another process of ours uses it. */
  readonly keepDatabaseRunning?: boolean;
  /** Done with the database before it is migrated: a backup is put into it. */
  readonly beforeMigrate?: (ownerUrl: string, appPassword: string) => Promise<void>;
  /** Server settings for the embedded PostgreSQL. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
}

/** Opens the database (the one named by DATABASE_URL, else the embedded one), migrates it, and makes the services. */
export async function openServices(config: Config, options: OpenOptions = {}): Promise<OpenServices> {
  const database = await databaseOf(config, options);
  await requireVersion(database.ownerUrl);
  const appPassword = createHmac("sha256", config.masterKey).update("database application role").digest("base64url");
  await options.beforeMigrate?.(database.ownerUrl, appPassword);
  const migrated = await migrate(database.ownerUrl, appPassword);
  const appUrl = signedInAs(database.ownerUrl, "loanwright_app", appPassword);
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const services: Services = {
    config: { ...config, dataDir: resolve(config.dataDir) },
    clock, random,
    ids: idsFrom(clock, random),
    keys: keyringFrom(config.masterKey),
    db: new Database({ url: appUrl, clock, poolSize: config.poolSize, applicationName: options.applicationName }),
    outbound: outboundTo(config.outboundOrigins, (ms) => wait(ms)),
    log: consoleLog(config.logLevel),
  };
  return {
    services, ownerUrl: database.ownerUrl, appUrl, migrated,
    close: async () => {
      await services.db.close();
      if (options.keepDatabaseRunning !== true) await database.stop();
    },
  };
}

async function databaseOf(config: Config, options: OpenOptions): Promise<{ ownerUrl: string; stop(): Promise<void> }> {
  if (config.databaseUrl !== undefined) return { ownerUrl: config.databaseUrl, stop: async () => undefined };
  const server = await startPostgres({ dataDir: join(resolve(config.dataDir), "postgres"), settings: options.postgresSettings });
  await ensureDatabase(server.url("postgres"), "loanwright");
  return { ownerUrl: server.url("loanwright"), stop: () => server.stop() };
}

async function ensureDatabase(maintenanceUrl: string, name: "loanwright"): Promise<void> {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
}

async function requireVersion(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number; fsync: string }>("SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync");
    if ((rows[0]?.version ?? 0) < 150_000) throw new Error("DATABASE_URL: PostgreSQL 15 or newer is needed");
    if (rows[0]?.fsync !== "on") throw new Error("fsync: is off in the database server; money would be lost in a power cut");
  } finally {
    await client.end();
  }
}

function signedInAs(ownerUrl: string, user: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = user;
  url.password = password;
  return url.toString();
}
