import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

const SOURCE = join(import.meta.dirname, "..");
/** One migrator at a time per database, whichever process starts first. */
const LOCK = 7_340_121;

export interface Migration {
  /** Module and file, for instance servicing/20260115_0900_loan_account. */
  readonly name: string;
  readonly sql: string;
}

/** All migrations of the kernel and the modules, oldest first by the date in their file names. */
export async function findMigrations(): Promise<Migration[]> {
  const modules = (await readdir(join(SOURCE, "modules"), { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const folders = [["kernel", join(SOURCE, "kernel/migrations")], ...modules.map((m) => [m.name, join(SOURCE, "modules", m.name, "migrations")])];
  const found: (Migration & { order: string })[] = [];
  for (const [owner, folder] of folders as [string, string][]) {
    const files = await readdir(folder).catch(() => [] as string[]);
    for (const file of files.filter((f) => f.endsWith(".sql"))) {
      found.push({ order: file, name: `${owner}/${file.slice(0, -4)}`, sql: await readFile(join(folder, file), "utf8") });
    }
  }
  return found.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0)).map(({ name, sql }) => ({ name, sql }));
}

/**
 * Brings a database to the newest schema, as its owner. Each migration is one transaction and runs once;
 * one that was edited after it ran is refused by name.
 *
 * @param ownerUrl     connection of the role that owns the schema (not the application's)
 * @param appPassword  what the application role signs in with
 * @param only         restoring an older backup: run just these, the others later
 * @returns            names of the migrations that ran now
 */
export async function migrate(ownerUrl: string, appPassword: string, only?: ReadonlySet<string>): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await prepareRole(client, appPassword);
    await client.query(
      "CREATE TABLE IF NOT EXISTS public.loanwright_migration (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
    );
    const applied = new Map((await client.query("SELECT name, sha256 FROM public.loanwright_migration")).rows.map((r) => [r.name as string, r.sha256 as string]));
    const ran: string[] = [];
    for (const { name, sql } of await findMigrations()) {
      if (only?.has(name) === false) continue;
      const sha256 = createHash("sha256").update(sql).digest("hex");
      const before = applied.get(name);
      if (before === sha256) continue;
      if (before !== undefined) throw new RangeError(`migration ${name} was edited after it had run; write a new one instead`);
      await client.query("BEGIN");
      try {
        await client.query(sql);
        await client.query("INSERT INTO public.loanwright_migration (name, sha256) VALUES ($1, $2)", [name, sha256]);
        await client.query("COMMIT");
      } catch (error) {
        await client.query("ROLLBACK");
        throw new Error(`migration ${name} failed: ${(error as Error).message}`, { cause: error });
      }
      ran.push(name);
    }
    return ran;
  } finally {
    await client.end();
  }
}

/** The application role: signs in, owns nothing, and row-level security binds it. */
async function prepareRole(client: pg.Client, password: string): Promise<void> {
  if (!/^[A-Za-z0-9_-]{16,}$/.test(password)) throw new RangeError("the application role's password must be 16 or more of A-Z a-z 0-9 _ -");
  await client.query(`DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'loanwright_app') THEN CREATE ROLE loanwright_app LOGIN NOSUPERUSER NOBYPASSRLS; END IF;
    -- A process that stands still in the midst of a transaction would hold its locks, and with them a lender's day, for ever. An operator's own figure stays.
    IF NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) AS c WHERE r.rolname = 'loanwright_app' AND c LIKE 'idle_in_transaction_session_timeout=%')
    THEN ALTER ROLE loanwright_app SET idle_in_transaction_session_timeout = '5min'; END IF;
  END $$`);
  await client.query(`ALTER ROLE loanwright_app PASSWORD '${password}'`);
}
