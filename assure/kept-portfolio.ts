import pg from "pg";

/** What portfolios that stay are called in the database server that holds them. */
const KEPT = "kept_";

/** The name of a portfolio that stays: the same for all runs that ask for the same loans. */
export function keptName(options: { loans: number; seed: number; on?: string; shards: number }): string {
  return `${KEPT}${options.loans}_${options.seed}_${(options.on ?? "seeds").replaceAll("-", "")}_${options.shards}`;
}

/**
 * Puts a copy of a portfolio that stays in place of `database`, where there is one, so that no run sees what another did.
 * What runs that were killed left is deleted first.
 * @returns the seconds it took to make the portfolio; undefined when it is not there yet
 */
export async function takeKept(ownerUrl: string, name: string, database: string): Promise<number | undefined> {
  return asOwner(ownerUrl, async (admin) => {
    await dropCopies(admin);
    const { rows } = await admin.query<{ seconds: string | null }>("SELECT shobj_description(oid, 'pg_database') AS seconds FROM pg_database WHERE datname = $1", [name]);
    // Written last: a portfolio without it is not whole.
    const seconds = rows[0]?.seconds ?? undefined;
    if (rows.length > 0 && seconds === undefined) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    if (seconds === undefined) await admin.query(`CREATE DATABASE ${database}`);
    else await copy(admin, name, database);
    return seconds === undefined ? undefined : Number(seconds);
  });
}

/** Keeps the portfolio just made in `database`, on which nobody works any more, and goes on with a copy of it. */
export async function keep(ownerUrl: string, name: string, database: string, seconds: number): Promise<void> {
  await asOwner(ownerUrl, async (admin) => {
    await admin.query(`ALTER DATABASE ${database} RENAME TO ${name}`);
    await copy(admin, name, database);
    await admin.query(`COMMENT ON DATABASE ${name} IS '${seconds}'`);
  });
}

/** Deletes what a run worked on; the portfolios that stay are left. */
export async function leaveKept(ownerUrl: string): Promise<void> {
  await asOwner(ownerUrl, dropCopies);
}

async function dropCopies(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>("SELECT datname AS name FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' AND NOT starts_with(datname, $1)", [KEPT]);
  for (const { name } of rows) await admin.query(`DROP DATABASE "${name}" WITH (FORCE)`);
}

// STRATEGY wal_log would write every page twice.
const copy = (admin: pg.Client, from: string, to: string) => admin.query(`CREATE DATABASE ${to} TEMPLATE ${from} STRATEGY file_copy`);

async function asOwner<T>(ownerUrl: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: ownerUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
