#!/usr/bin/env node
import "./node-version.ts";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sealEverything, verifyAudit } from "#kernel/audit-chain.ts";
import { loadConfig, UnsafeSetting } from "#kernel/config.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { tenantIds } from "#kernel/tenants.ts";
import { openServices, type OpenServices } from "./open-services.ts";
import { localMasterKey } from "./platform.ts";
import { seedLenders } from "./seed.ts";
import { wire } from "./wiring.ts";

const HELP = `loanwright COMMAND [--data DIR] [--lender tn_…]

  migrate                    bring the database to the newest schema
  seed                       make the two demo lenders, unless they are there
  eod                        close the current business date of each lender (or of --lender)
  clock advance --until DAY  close every business date before DAY (sandbox lenders)
  audit verify               check every record, link and anchor of the audit chain
  doctor                     check configuration, database, schema and tenant isolation
Answers are JSON. The database is DATABASE_URL, or the embedded one in --data (default .data/demo).`;

type Command = (open: OpenServices, tenants: readonly string[], options: { until?: string }) => Promise<{ ok: boolean; answer: unknown }>;

const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: async (open) => ({ ok: true, answer: { ran: open.migrated } }),
  seed: async (open) => ({ ok: true, answer: { made: await seedLenders(open.services, wire(open.services)) } }),
  eod: async (open, tenants) => {
    const steps = endOfDaySteps(wire(open.services).modules);
    const answer: unknown[] = [];
    for (const tenantId of tenants) answer.push({ tenantId, ...await closeBusinessDay(open.services, tenantId, steps) });
    return { ok: true, answer };
  },
  "clock advance": async (open, tenants, { until }) => {
    if (until === undefined || !/^\d{4}-\d\d-\d\d$/.test(until)) throw new RangeError("--until must be a day, for instance 2026-03-31");
    const steps = endOfDaySteps(wire(open.services).modules);
    const answer: Record<string, string> = {};
    for (const tenantId of tenants) {
      for (;;) {
        const today = await open.services.db.transaction(tenantId, async (tx) => tx.businessDate, "read");
        answer[tenantId] = today;
        if (today >= until) break;
        await closeBusinessDay(open.services, tenantId, steps);
      }
    }
    return { ok: true, answer };
  },
  "audit verify": async (open, tenants) => {
    const answer: unknown[] = [];
    let ok = true;
    for (const tenantId of tenants) {
      await sealEverything(open.services, tenantId);
      const report = await verifyAudit(open.services, tenantId);
      ok &&= report.faults.length === 0;
      answer.push({ tenantId, intact: report.faults.length === 0, ...report });
    }
    return { ok, answer };
  },
  doctor: async (open, tenants) => {
    const [open_] = await open.services.db.anonymous<{ open: bigint; bypass: boolean }>(
      `SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg%' AND NOT (c.relrowsecurity AND c.relforcerowsecurity) AND NOT c.relispartition) AS open,
       (SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user) AS bypass`);
    const checks = { tablesWithoutForcedRowSecurity: Number(open_?.open ?? -1n), applicationRoleCanBypass: open_?.bypass ?? true, lenders: tenants.length, migrationsRunNow: open.migrated.length };
    return { ok: checks.tablesWithoutForcedRowSecurity === 0 && !checks.applicationRoleCanBypass, answer: checks };
  },
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: "string" }, lender: { type: "string" }, until: { type: "string" }, help: { type: "boolean" } } });
const command = COMMANDS[positionals.join(" ")];
if (values.help === true || command === undefined) {
  console.log(HELP);
  process.exit(values.help === true ? 0 : 2);
}
try {
  const dataDir = values.data ?? process.env["LOANWRIGHT_DATA"] ?? join(import.meta.dirname, "../../.data/demo");
  const config = loadConfig({ LOANWRIGHT_MASTER_KEY: process.env["LOANWRIGHT_ENV"] === "production" ? undefined : localMasterKey(dataDir), ...process.env, LOANWRIGHT_DATA: dataDir, LOANWRIGHT_LOG_LEVEL: process.env["LOANWRIGHT_LOG_LEVEL"] ?? "warn" });
  const open = await openServices(config, { applicationName: "loanwright-cli", keepDatabaseRunning: true });
  const tenants = values.lender === undefined ? await tenantIds(open.services) : [values.lender];
  const { ok, answer } = await command(open, tenants, { until: values.until });
  console.log(JSON.stringify(answer, null, 2));
  await open.close();
  process.exit(ok ? 0 : 1);
} catch (error) {
  console.error(error instanceof UnsafeSetting ? `Unsafe or missing setting ${error.message}` : (error as Error).message);
  process.exit(1);
}
