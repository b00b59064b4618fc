import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { findMigrations, migrate } from "../migrate.ts";
import { startPostgres } from "../postgres.ts";

const ROOT = join(import.meta.dirname, "../../..");
export const TEST_APP_PASSWORD = "loanwright-test-application";

export interface TestDatabase {
  readonly ownerUrl: string;
  readonly appUrl: string;
  drop(): Promise<void>;
}

/**
 * A database of its own for one test file: a clone of a migrated template on a real PostgreSQL server that all test
 * processes share. The template is made once per set of migrations.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const cluster = await startPostgres({ dataDir: join(ROOT, ".data/test-cluster"), settings: { fsync: "off", full_page_writes: "off", synchronous_commit: "off", max_connections: "300" } });
  const admin = new pg.Client({ connectionString: cluster.url("postgres") });
  await admin.connect();
  try {
    const template = await ensureTemplate(admin, (name) => cluster.url(name));
    const name = `lw_test_${randomBytes(6).toString("hex")}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    const ownerUrl = cluster.url(name);
    return {
      ownerUrl,
      appUrl: asApplication(ownerUrl, TEST_APP_PASSWORD),
      drop: async () => {
        const again = new pg.Client({ connectionString: cluster.url("postgres") });
        await again.connect();
        await again.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await again.end();
      },
    };
  } finally {
    await admin.end();
  }
}

/** The same address, signed in as the application role. */
export function asApplication(ownerUrl: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = "loanwright_app";
  url.password = password;
  return url.toString();
}

async function ensureTemplate(admin: pg.Client, urlOf: (database: string) => string): Promise<string> {
  const hash = createHash("sha256");
  for (const { name, sql } of await findMigrations()) hash.update(name).update(sql);
  const template = `lw_template_${hash.digest("hex").slice(0, 16)}`;
  await admin.query("SELECT pg_advisory_lock(7340122)");
  try {
    const { rowCount } = await admin.query("SELECT FROM pg_database WHERE datname = $1", [template]);
    if (rowCount === 0) {
      // Built under another name first, so that a build that was cut short is never taken for a template.
      const draft = `${template}_draft`;
      await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${draft}`);
      await migrate(urlOf(draft), TEST_APP_PASSWORD);
      await admin.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
    }
  } finally {
    await admin.query("SELECT pg_advisory_unlock(7340122)");
  }
  return template;
}
