import { createWriteStream } from "node:fs";
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import pg from "pg";
import type { Services } from "../context.ts";
import { copyOut } from "./copy.ts";
import { hashOfFile, manifestMac, UnusableBackup, type BackedFile, type BackedTable, type Manifest } from "./manifest.ts";

/**
 * Transaction numbers mean nothing in another cluster: what is linked in the audit chain gets number 0, what waits for its link number 1,
 * so that both come before every transaction to come.
 */
const INSTEAD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "kernel.audit_record": { xact: "CASE WHEN EXISTS (SELECT FROM kernel.audit_seal s WHERE s.tenant_id = t.tenant_id AND s.record_id = t.id) THEN '0' ELSE '1' END::xid8" },
  "kernel.audit_head": { sealed_xact: "'0'::xid8" },
};
/** Folders of the data folder that belong to the records: sealed documents by their own hash. */
const FOLDERS = ["documents"];

export interface BackupReport {
  readonly folder: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly queuedJobs: number;
  readonly lenders: Readonly<Record<string, string>>;
}

/**
 * Writes one snapshot of the whole installation into a new folder while it goes on working: every table as compressed COPY text, sequences,
 * waiting jobs, sealed documents and audit anchors, and a manifest with a hash of each. The master key is not in it.
 *
 * @param ownerUrl  a role that row-level security does not bind (the embedded server's owner, a superuser, or one with BYPASSRLS)
 * @param folder    must not exist yet, or be empty
 * @throws UnusableBackup when it could not be whole
 */
export async function makeBackup(services: Services, ownerUrl: string, folder: string): Promise<BackupReport> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new UnusableBackup(`${folder} is not empty`);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await requireWholeView(client);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const tables: BackedTable[] = [];
    for (const { table, columns } of await tablesOf(client)) tables.push(await backTable(client, folder, table, columns));
    const queue = await backQueue(client, folder);
    const { rows: migrations } = await client.query<{ name: string; sha256: string }>("SELECT name, sha256 FROM public.loanwright_migration ORDER BY name");
    const { rows: days } = await client.query<{ tenant_id: string; business_date: string }>("SELECT tenant_id, business_date FROM kernel.business_day ORDER BY tenant_id");
    const { rows: version } = await client.query<{ major: number }>("SELECT current_setting('server_version_num')::int / 10000 AS major");
    const sequences = await sequencesOf(client);
    // Files come after the snapshot began, so each document that it knows is there.
    const files = [...await backFolders(services.config.dataDir, folder), ...await backAnchors(client, services.config.dataDir, folder)];
    await client.query("COMMIT");
    const manifest: Manifest = {
      format: "loanwright-backup/1", madeAt: services.clock.now(), postgresMajor: version[0]?.major ?? 0, lenders: Object.fromEntries(days.map((d) => [d.tenant_id, d.business_date])), migrations, tables, sequences, queue, files,
    };
    const text = JSON.stringify(manifest, null, 1);
    await writeFile(join(folder, "manifest.mac"), `${manifestMac(services.keys, text).toString("hex")}\n`);
    // Last, so that a folder with a manifest is a whole backup.
    await writeFile(join(folder, "manifest.json"), text);
    const all = [...tables, ...files, queue];
    return { folder, tables: tables.length, rows: tables.reduce((sum, t) => sum + t.rows, 0), files: files.length, bytes: all.reduce((sum, f) => sum + f.bytes, 0), queuedJobs: queue.jobs, lenders: manifest.lenders };
  } finally {
    await client.end();
  }
}

/** Row-level security would hide rows from an owner it binds, and the backup would be empty without a word. */
async function requireWholeView(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ whole: boolean }>("SELECT rolsuper OR rolbypassrls AS whole FROM pg_roles WHERE rolname = current_user");
  if (rows[0]?.whole !== true) throw new UnusableBackup("the database owner is bound by row-level security and would see no rows: use a role with BYPASSRLS, or pg_dump as a superuser");
}

async function tablesOf(client: pg.Client): Promise<{ table: string; columns: string[] }[]> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(`
    SELECT format('%I.%I', n.nspname, c.relname) AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('public', 'pgboss', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
    GROUP BY 1 ORDER BY 1`);
  return rows;
}

async function backTable(client: pg.Client, folder: string, table: string, columns: readonly string[]): Promise<BackedTable> {
  const path = `tables/${table.replaceAll('"', "")}.copy.gz`;
  const select = columns.map((name) => INSTEAD[table]?.[name] ?? `t.${client.escapeIdentifier(name)}`).join(", ");
  const copied = copyOut(client, `COPY (SELECT ${select} FROM ${table} t) TO STDOUT`);
  const [rows] = await Promise.all([copied.rows, compressed(join(folder, path), copied.source)]);
  return { table, columns, rows, ...await backedFile(folder, path) };
}

/** Jobs in the queue are part of the books' future: a payment matched but not yet applied waits there. */
async function backQueue(client: pg.Client, folder: string): Promise<Manifest["queue"]> {
  const path = "queue.jsonl.gz";
  const { rows: there } = await client.query<{ there: boolean }>("SELECT to_regclass('pgboss.job') IS NOT NULL AS there");
  const { rows } = there[0]?.there === true
    ? await client.query<{ line: string }>("SELECT json_build_object('name', name, 'data', data, 'startAfter', start_after, 'singletonKey', singleton_key, 'retryLimit', retry_limit)::text AS line FROM pgboss.job WHERE state < 'completed' AND name NOT LIKE '\\_\\_pgboss%' ORDER BY created_on")
    : { rows: [] };
  await compressed(join(folder, path), Readable.from([rows.map((row) => `${row.line}\n`).join("")]));
  return { ...await backedFile(folder, path), jobs: rows.length };
}

async function sequencesOf(client: pg.Client): Promise<Manifest["sequences"]> {
  const { rows } = await client.query<{ name: string; last: string | null }>("SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS last FROM pg_sequences WHERE schemaname NOT IN ('public', 'pgboss') ORDER BY 1");
  return rows;
}

async function backFolders(dataDir: string, folder: string): Promise<BackedFile[]> {
  const files: BackedFile[] = [];
  for (const name of FOLDERS) {
    const found = await readdir(join(dataDir, name), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of found.filter((e) => e.isFile() && e.name.endsWith(".sealed"))) {
      const path = `files/${relative(dataDir, join(entry.parentPath, entry.name))}`;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await copyFile(join(entry.parentPath, entry.name), join(folder, path));
      files.push(await backedFile(folder, path));
    }
  }
  return files;
}

/** Anchors of links that the snapshot knows: a later one would say that the restored chain was cut. */
async function backAnchors(client: pg.Client, dataDir: string, folder: string): Promise<BackedFile[]> {
  const { rows } = await client.query<{ tenant_id: string; seq: string }>("SELECT tenant_id, seq::text AS seq FROM kernel.audit_head ORDER BY 1");
  const files: BackedFile[] = [];
  for (const { tenant_id: tenantId, seq } of rows) {
    const text = await readFile(join(dataDir, "anchors", `${tenantId}.log`), "utf8").catch(() => "");
    const path = `files/anchors/${tenantId}.log`;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text.split("\n").filter((line) => line !== "" && BigInt(line.split(" ")[0] ?? "0") <= BigInt(seq)).map((line) => `${line}\n`).join(""));
    files.push(await backedFile(folder, path));
  }
  return files;
}

async function compressed(path: string, from: Readable): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await pipeline(from, createGzip({ level: 6 }), createWriteStream(path, { mode: 0o600 }));
}

async function backedFile(folder: string, path: string): Promise<BackedFile> {
  return { path, bytes: (await stat(join(folder, path))).size, sha256: await hashOfFile(join(folder, path)) };
}
