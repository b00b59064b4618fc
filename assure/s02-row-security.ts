import pg from "pg";
import { seededRandom } from "#kernel/ids.ts";
import { testWorld } from "#kernel/testing/world.ts";
import * as audit from "#kernel/audit.ts";
import type { Check } from "./result.ts";

/** Row-level security: no table of the platform shows or takes a row without the right tenant, and the application role cannot get around it. */
export const s02: Check = {
  id: "S02",
  title: "row-level security is forced on every table, and the application role cannot bypass it",
  async run({ seed, cases = 10_000, say }) {
    const world = await testWorld();
    const random = seededRandom(seed);
    const faults: string[] = [];
    let tried = 0;
    const client = new pg.Client({ connectionString: world.database.appUrl });
    try {
      for (const tenantId of [world.bharat, world.prairie]) {
        const ctx = world.as(["auditor"], { tenantId });
        await ctx.transaction((tx) => audit.record(tx, ctx, { action: "test.row.written", subject: tenantId }));
      }
      await client.connect();
      const tables = (await client.query<{ name: string; forced: boolean; column: string | null }>(
        `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
           (SELECT attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS column
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'pgboss', 'public')`)).rows;
      for (const table of tables) {
        tried++;
        if (!table.forced) faults.push(`${table.name}: row-level security is not forced`);
        if (table.column === null) faults.push(`${table.name}: has no tenant_id`);
      }
      const { rows: [role] } = await client.query("SELECT rolsuper OR rolbypassrls OR rolcreaterole AS strong FROM pg_roles WHERE rolname = current_user");
      if (role.strong) faults.push("the application role is too strong");
      const readable = (await client.query<{ name: string }>("SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.role_table_grants WHERE grantee = 'loanwright_app' AND privilege_type = 'SELECT' AND table_schema <> 'pgboss'")).rows.map((row) => row.name);
      const wrongTenants = ["", "tn_nobody", "tn_bharat' OR true --", "tn_prairie", world.bharat.toUpperCase()];
      const statements = (name: string) => [`SELECT count(*)::int AS n FROM ${name} WHERE tenant_id <> coalesce(kernel.tenant(), '')`, `SELECT count(*)::int AS n FROM ${name} x WHERE x.tenant_id = '${world.bharat}'`, `SELECT count(*)::int AS n FROM (SELECT * FROM ${name} ORDER BY 1 LIMIT 5) y WHERE y.tenant_id = '${world.bharat}'`];
      while (tried < cases) {
        tried++;
        const name = random.pick(readable);
        const tenant = random.pick(wrongTenants);
        await client.query("SELECT set_config('loanwright.tenant_id', $1, false)", [tenant]);
        const { rows: [found] } = await client.query(random.pick(statements(name)));
        if (found.n !== 0) faults.push(`${name} shows ${found.n} rows to "${tenant}"`);
      }
      say(`${tables.length} tables, ${readable.length} readable, ${tried} queries; ${faults.length} faults`);
      for (const fault of faults.slice(0, 20)) say(fault);
      return { pass: faults.length === 0 && tables.length > 10, cases: tried, violations: faults.length, seed, detail: { tables: tables.length } };
    } finally {
      await client.end();
      await world.close();
    }
  },
};
