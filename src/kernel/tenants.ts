import * as audit from "./audit.ts";
import type { Tx } from "./db.ts";
import { makeContext, type Context, type Services } from "./context.ts";
import { jobActor } from "./permissions.ts";

export interface NewTenant {
  readonly tenantId: string;
  /** What people type at sign-in. */
  readonly slug: string;
  readonly name: string;
  readonly country: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly environment: "sandbox" | "live";
  readonly settings?: Readonly<Record<string, unknown>>;
  /** First business date; the day before counts as closed. */
  readonly businessDate: string;
}

/** Opens the books of a new lender on its first business date. */
export async function createTenant(services: Services, tenant: NewTenant): Promise<void> {
  const ctx = makeContext(services, { tenantId: tenant.tenantId, actor: jobActor("setup"), requestId: services.ids.next("req") });
  await ctx.transaction(async (tx) => {
    await tx.run("kernel.tenant.insert",
      `INSERT INTO kernel.tenant (tenant_id, slug, name, country, currency, time_zone, locale, environment, settings, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [tenant.tenantId, tenant.slug, tenant.name, tenant.country, tenant.currency, tenant.timeZone, tenant.locale, tenant.environment, tenant.settings ?? {}, tx.now]);
    await tx.run("kernel.business_day.insert",
      "INSERT INTO kernel.business_day (tenant_id, business_date, closed_through, changed_at) VALUES ($1, $2, $2::date - 1, $3)",
      [tenant.tenantId, tenant.businessDate, tx.now]);
  });
  // The first record is written in a second transaction, because only now there is a business date to write it on.
  await ctx.transaction((tx) => audit.record(tx, ctx, { action: "tenant.record.created", subject: tenant.tenantId, after: tenant }));
}

export interface Tenant {
  readonly tenantId: string;
  readonly slug: string;
  readonly name: string;
  readonly country: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly environment: "sandbox" | "live";
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Changes some of a lender's settings; the others stay. */
export async function changeSettings(ctx: Context, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await ctx.transaction(async (tx) => {
    await tx.run("kernel.tenant.settings", "UPDATE kernel.tenant SET settings = settings || $1::jsonb", [JSON.stringify(settings)]);
    await audit.record(tx, ctx, { action: "tenant.settings.changed", subject: ctx.tenantId, after: settings });
  });
}

/** Ids of all lenders of this installation. */
export async function tenantIds(services: Services): Promise<string[]> {
  return (await services.db.anonymous<{ tenant_ids: string }>("SELECT kernel.tenant_ids()")).map((row) => row.tenant_ids);
}

/** The lender a transaction belongs to. */
export async function currentTenant(tx: Tx): Promise<Tenant> {
  return tx.one<Tenant & object>("kernel.tenant.read",
    `SELECT tenant_id AS "tenantId", slug, name, country, currency, time_zone AS "timeZone", locale, environment, settings FROM kernel.tenant`);
}
