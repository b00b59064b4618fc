import { sealEverything, verifyAudit } from "#kernel/audit-chain.ts";
import { closeDays, readDay } from "#kernel/close-days.ts";
import { endOfDaySteps } from "#kernel/end-of-day.ts";
import { seedLenders } from "../seed.ts";
import { cliContext, Misuse, type Command } from "./command.ts";

/** Keeping an installation going: schema, lenders, days, proofs. */
export const operate: Readonly<Record<string, Command>> = {
  migrate: async ({ open }) => ({ ok: true, answer: { ran: open.migrated } }),
  seed: async ({ open, wiring }) => ({ ok: true, answer: { made: await seedLenders(open.services, wiring) } }),
  eod: async (run) => {
    const steps = endOfDaySteps(run.wiring.modules);
    const answer: unknown[] = [];
    for (const tenantId of run.tenants) {
      const ctx = cliContext(run, tenantId);
      const before = await readDay(ctx);
      // A day that was cut short is taken up and is the one to close; else the day the books are on.
      const closed = await closeDays(ctx, steps, { title: `End of day ${before.businessDate}`, days: 1, due: (day) => day.closedThrough === before.closedThrough });
      answer.push({ lender: tenantId, closed, businessDate: (await readDay(ctx)).businessDate });
    }
    return { ok: true, answer };
  },
  "clock advance": async (run) => {
    const { until } = run.options;
    if (until === undefined || !/^\d{4}-\d\d-\d\d$/.test(until)) throw new Misuse("--until must be a day, for instance 2026-03-31");
    const steps = endOfDaySteps(run.wiring.modules);
    const answer: unknown[] = [];
    for (const tenantId of run.tenants) {
      const ctx = cliContext(run, tenantId);
      const closed = await closeDays(ctx, steps, { title: `Clock to ${until}`, due: (day) => day.businessDate < until });
      answer.push({ lender: tenantId, daysClosed: closed.length, businessDate: (await readDay(ctx)).businessDate });
    }
    return { ok: true, answer };
  },
  "audit verify": async ({ open, tenants }) => {
    const answer: unknown[] = [];
    let ok = true;
    for (const tenantId of tenants) {
      await sealEverything(open.services, tenantId);
      const report = await verifyAudit(open.services, tenantId);
      ok &&= report.faults.length === 0;
      answer.push({ lender: tenantId, intact: report.faults.length === 0, ...report });
    }
    return { ok, answer };
  },
  doctor: async ({ open, tenants }) => {
    const [found] = await open.services.db.anonymous<{ open: bigint; bypass: boolean }>(
      `SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg%' AND NOT (c.relrowsecurity AND c.relforcerowsecurity) AND NOT c.relispartition) AS open,
       (SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user) AS bypass`);
    const checks = { tablesWithoutForcedRowSecurity: Number(found?.open ?? -1n), applicationRoleCanBypass: found?.bypass ?? true, lenders: tenants.length, migrationsRunNow: open.migrated.length };
    return { ok: checks.tablesWithoutForcedRowSecurity === 0 && !checks.applicationRoleCanBypass, answer: checks };
  },
};
