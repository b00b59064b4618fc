import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync, createGunzip } from "node:zlib";
import pg from "pg";
import type { Keyring } from "../crypto.ts";
import { findMigrations, migrate } from "../migrate.ts";
import { copyIn } from "./copy.ts";
import { readManifest, UnusableBackup, type Manifest } from "./manifest.ts";

export interface RestoreReport {
  readonly madeAt: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  readonly lenders: Readonly<Record<string, string>>;
  /** Jobs that waited; they go into the queue when the caller sends them. */
  readonly queued: readonly QueuedJob[];
}

export interface QueuedJob {
  readonly name: string;
  readonly data: object;
  readonly startAfter: string;
  readonly singletonKey: string | null;
  readonly retryLimit: number;
}

/**
 * Puts a backup into an empty database and a data folder: every file is compared with the manifest first, the schema is made as it was when
 * the backup was made, the rows are loaded in one transaction and counted, and only then the schema is brought to the newest.
 *
 * @param ownerUrl  a superuser of an empty database: row-level security and foreign keys must not stand in the way of rows in any order
 * @throws UnusableBackup when the backup, the key, the program or the database does not fit; nothing is left in the database then
 */
export async function restoreBackup(options: { folder: string; ownerUrl: string; appPassword: string; dataDir: string; keys: Keyring }): Promise<RestoreReport> {
  const { folder, ownerUrl, appPassword, dataDir, keys } = options;
  const manifest = await readManifest(folder, keys);
  await requireKnownMigrations(manifest);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await requireEmpty(client);
    await load(client, options, manifest).catch(async (error: Error) => {
      await client.query("ROLLBACK");
      for (const schema of new Set(manifest.tables.map(({ table }) => table.split(".")[0] ?? ""))) await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await client.query("DROP TABLE IF EXISTS public.loanwright_migration");
      throw error;
    });
  } finally {
    await client.end();
  }
  for (const { path } of manifest.files) {
    const to = join(dataDir, path.replace(/^files\//, ""));
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyFile(join(folder, path), to);
  }
  await migrate(ownerUrl, appPassword);
  const lines = gunzipSync(await readFile(join(folder, manifest.queue.path))).toString("utf8").split("\n").filter((line) => line !== "");
  return {
    madeAt: manifest.madeAt, tables: manifest.tables.length, rows: manifest.tables.reduce((sum, t) => sum + t.rows, 0), files: manifest.files.length, lenders: manifest.lenders,
    queued: lines.map((line) => JSON.parse(line) as QueuedJob),
  };
}

/** The schema as it was, and every row, counted. */
async function load(client: pg.Client, { folder, ownerUrl, appPassword }: { folder: string; ownerUrl: string; appPassword: string }, manifest: Manifest): Promise<void> {
  await migrate(ownerUrl, appPassword, new Set(manifest.migrations.map((m) => m.name)));
  await client.query("BEGIN");
  await client.query("SET LOCAL session_replication_role = replica");
  for (const { table: TABLE, columns, rows, path } of manifest.tables) {
    const into = `COPY ${TABLE} (${columns.map((name) => client.escapeIdentifier(name)).join(", ")}) FROM STDIN`;
    await client.query(`DELETE FROM ${TABLE}`); // what the migrations themselves put in
    const loaded = await copyIn(client, into, createReadStream(join(folder, path)).pipe(createGunzip()));
    if (loaded !== rows) throw new UnusableBackup(`${TABLE}: ${loaded} rows arrived, the manifest says ${rows}`);
  }
  for (const { name, last } of manifest.sequences) if (last !== null) await client.query("SELECT setval($1::regclass, $2::bigint)", [name, last]);
  await client.query("COMMIT");
  await client.query("ANALYZE");
}

/** The program must know every migration of the backup, unchanged: an older program cannot take a newer backup. */
async function requireKnownMigrations(manifest: Manifest): Promise<void> {
  const known = new Map((await findMigrations()).map(({ name, sql }) => [name, createHash("sha256").update(sql).digest("hex")]));
  for (const { name, sha256 } of manifest.migrations) {
    if (known.get(name) !== sha256) throw new UnusableBackup(`this program ${known.has(name) ? "has another text of" : "does not know"} the migration ${name}: restore with the version that made the backup, then upgrade`);
  }
}

async function requireEmpty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ taken: boolean; able: boolean }>("SELECT to_regnamespace('kernel') IS NOT NULL AS taken, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS able");
  if (rows[0]?.taken === true) throw new UnusableBackup("the database is not empty: restore into a new one, look at it, then point the program there");
  if (rows[0]?.able !== true) throw new UnusableBackup("restoring needs a superuser of the database");
}
