import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startPlatform } from "#app/platform.ts";
import { seededRandom } from "#kernel/ids.ts";
import { removePostgres } from "#kernel/postgres.ts";
import { clientOf } from "./client.ts";
import { livePortfolio } from "./live-portfolio.ts";
import { readOperations } from "./operations.ts";
import type { Check } from "./result.ts";
import { signInStaff } from "./sessions.ts";

const OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'pgboss', 'public')";
const WRONG_TENANTS = ["", "tn_nobody", "tn_bharat' OR true --", "tn_prairie", "TN_BHARAT", "tn_bharat "];
const READS = [
  (name: string) => `SELECT count(*)::int AS n FROM ${name} x WHERE x.tenant_id = 'tn_bharat'`,
  (name: string) => `SELECT count(*)::int AS n FROM ${name} x WHERE x.tenant_id IS DISTINCT FROM kernel.tenant()`,
  (name: string) => `SELECT count(*)::int AS n FROM (SELECT * FROM ${name} ORDER BY 1 LIMIT 50) y WHERE y.tenant_id = 'tn_bharat'`,
  (name: string) => `SELECT (CASE WHEN EXISTS (SELECT FROM ${name} x WHERE x.tenant_id = 'tn_bharat') THEN 1 ELSE 0 END) AS n`,
];
const WRITES = [(name: string) => `UPDATE ${name} SET tenant_id = tenant_id WHERE tenant_id = 'tn_bharat'`, (name: string) => `DELETE FROM ${name} WHERE tenant_id = 'tn_bharat'`];

/** Row-level security: no table of a lender at work shows, changes or gives up a row without the right tenant, and the application role cannot get around it. */
export const s02: Check = {
  id: "S02",
  title: "row-level security is forced on every table, and the application role cannot bypass it",
  async run({ seed, cases = 10_000, say }) {
    const folder = mkdtempSync(join(tmpdir(), "loanwright-s02-"));
    const platform = await startPlatform({ dataDir: folder, logLevel: "silent" });
    const faults: string[] = [];
    const [owner, application] = [new pg.Client({ connectionString: platform.open.ownerUrl }), new pg.Client({ connectionString: platform.open.appUrl })];
    try {
      const client = clientOf(platform.url, platform.sandboxUrl);
      const tokens = await signInStaff(client);
      await livePortfolio(platform, await readOperations(platform.url), (login) => tokens.get(`bharat/${login}`) ?? "", say);
      await Promise.all([owner.connect(), application.connect()]);
      const tables = await everyTable(owner, faults);
      const full = await tablesWithRows(owner, tables);
      await strongRole(application, faults);
      const views = (await owner.query<{ name: string }>(`SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' WHERE c.relkind = 'v' AND ${OURS}`)).rows.map((row) => row.name);
      const random = seededRandom(seed);
      const readable = [...full, ...views];
      // Every filled table and view once with no tenant at all, then at random.
      for (let n = 0; n < Math.max(cases, readable.length); n++) {
        const name = readable[n] ?? random.pick(readable);
        const tenant = n < readable.length ? "" : random.pick(WRONG_TENANTS);
        await application.query("SELECT set_config('loanwright.tenant_id', $1, false)", [tenant]);
        const found = await tried(application, random.pick(READS)(name));
        if (found !== 0) faults.push(`${name} shows ${found} rows to "${tenant}"`);
        if (n % 10 === 0 && full.includes(name)) {
          const changed = await tried(application, random.pick(WRITES)(name));
          if (changed !== 0) faults.push(`${name} lets "${tenant}" change ${changed} rows`);
        }
      }
      say(`${tables.length} tables, ${full.length} of them with rows of the lender, ${views.length} views, ${cases} queries; ${faults.length} faults`);
      for (const fault of faults.slice(0, 20)) say(fault);
      return { pass: faults.length === 0 && full.length > 40, cases, violations: faults.length, seed, detail: { tables: tables.length, tablesWithRows: full.length, views: views.length } };
    } finally {
      await Promise.all([owner.end(), application.end()]);
      await platform.close();
      // The cluster's files may lie outside of the folder, where the server's user can reach them.
      await removePostgres(join(folder, "postgres"));
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function everyTable(owner: pg.Client, faults: string[]): Promise<string[]> {
  const tables = (await owner.query<{ name: string; forced: boolean; tenanted: boolean; partition: boolean; granted: boolean }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced, c.relispartition AS partition,
       has_table_privilege('loanwright_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') AS granted,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS tenanted
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND ${OURS}`)).rows;
  for (const table of tables) {
    // A partition that nobody may name is reached through its parent alone, whose policy holds.
    if (!table.forced && !(table.partition && !table.granted)) faults.push(`${table.name}: row-level security is not forced`);
    if (!table.tenanted) faults.push(`${table.name}: has no tenant_id`);
  }
  return tables.filter((table) => !table.partition).map((table) => table.name);
}

/** The tables that have something to show; the embedded database's owner sees all of it. */
async function tablesWithRows(owner: pg.Client, tables: readonly string[]): Promise<string[]> {
  await owner.query("SELECT set_config('loanwright.tenant_id', 'tn_bharat', false)");
  const full: string[] = [];
  for (const name of tables) if ((await owner.query(`SELECT FROM ${name} WHERE tenant_id = 'tn_bharat' LIMIT 1`)).rowCount === 1) full.push(name);
  return full;
}

async function strongRole(application: pg.Client, faults: string[]): Promise<void> {
  const { rows: [role] } = await application.query<{ strong: boolean; owns: number }>(
    "SELECT rolsuper OR rolbypassrls OR rolcreaterole AS strong, (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owns FROM pg_roles r WHERE rolname = current_user");
  if (role === undefined || role.strong) faults.push("the application role is too strong");
  if (role !== undefined && role.owns > 0) faults.push(`the application role owns ${role.owns} relations, and an owner can lift their security`);
}

/** Rows seen or changed; a refusal is none. */
async function tried(client: pg.Client, sql: string): Promise<number> {
  try {
    const { rows, rowCount } = await client.query<{ n?: number }>(sql);
    return rows[0]?.n ?? (sql.startsWith("SELECT") ? 0 : rowCount ?? 0);
  } catch (error) {
    if ((error as { code?: string }).code === "42501") return 0;
    throw error;
  }
}
