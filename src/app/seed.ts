import { makeContext, type Context, type Services } from "#kernel/context.ts";
import { jobActor, type Role } from "#kernel/permissions.ts";
import { changeSettings, createTenant, tenantIds, type NewTenant } from "#kernel/tenants.ts";
import { createBranch, createUser } from "#modules/identity/index.ts";
import type { Wiring } from "./wiring.ts";

/** One password for all demo users of sandbox lenders; there is no default password anywhere else. */
export const DEMO_PASSWORD = "correct horse battery staple";

export const LENDERS = [
  { tenantId: "tn_bharat", slug: "bharat", name: "Bharat Finance", country: "IN", currency: "INR", timeZone: "Asia/Kolkata", locale: "en-IN", environment: "sandbox", businessDate: "2026-01-01" },
  { tenantId: "tn_prairie", slug: "prairie", name: "Prairie Lending", country: "US", currency: "USD", timeZone: "America/Chicago", locale: "en-US", environment: "sandbox", businessDate: "2026-01-01" },
] as const satisfies readonly NewTenant[];

/** One member of staff per role, and second people where two are needed. Limits are in major units of the lender's currency. */
export const DEMO_STAFF: readonly [DemoUser, ...DemoUser[]] = [
  { login: "officer", name: "Asha Menon", roles: ["loan_officer"], limit: 0 },
  { login: "officer2", name: "Ishaan Verma", roles: ["loan_officer"], limit: 0, branch: 1 },
  { login: "sales", name: "Ravi Shah", roles: ["sales_agent"], limit: 0 },
  { login: "underwriter", name: "Meera Iyer", roles: ["underwriter"], limit: 1_000_000 },
  { login: "credit", name: "Daniel Okafor", roles: ["credit_manager"], limit: 10_000_000 },
  { login: "operations", name: "Lena Fischer", roles: ["operations_officer"], limit: 10_000_000 },
  { login: "funding", name: "Sanjay Rao", roles: ["funding_officer"], limit: 10_000_000 },
  { login: "servicing", name: "Grace Kim", roles: ["servicing_agent"], limit: 1_000_000 },
  { login: "collector", name: "Omar Haddad", roles: ["collections_agent"], limit: 0 },
  { login: "finance", name: "Priya Nair", roles: ["finance_officer"], limit: 10_000_000 },
  { login: "finance2", name: "Tom Becker", roles: ["finance_officer"], limit: 10_000_000 },
  { login: "compliance", name: "Ana Souza", roles: ["compliance_officer"], limit: 0 },
  { login: "auditor", name: "Victor Lund", roles: ["auditor"], limit: 0 },
  { login: "product", name: "Neha Gupta", roles: ["product_manager"], limit: 0 },
  { login: "admin", name: "Paul Meyer", roles: ["administrator"], limit: 0 },
];

interface DemoUser { readonly login: string; readonly name: string; readonly roles: readonly Role[]; readonly limit: number; readonly branch?: 0 | 1 }

const BRANCHES = {
  IN: [{ code: "PUN", name: "Pune Camp", region: "MH" }, { code: "BLR", name: "Bengaluru Jayanagar", region: "KA" }],
  US: [{ code: "DSM", name: "Des Moines", region: "IA" }, { code: "OMA", name: "Omaha", region: "NE" }],
} as const;

/** Makes the two demo lenders with branches, staff, products, chart and bank account, unless they are there. */
export async function seedLenders(services: Services, wiring: Wiring): Promise<boolean> {
  const known = new Set(await tenantIds(services));
  let made = false;
  for (const lender of LENDERS) {
    if (known.has(lender.tenantId)) continue;
    made = true;
    await createTenant(services, lender);
    const ctx = () => makeContext(services, { tenantId: lender.tenantId, actor: jobActor("setup"), requestId: services.ids.next("req") });
    await seedPeople(ctx, lender);
    for (const step of wiring.seeds) await step(ctx(), lender);
  }
  return made;
}

async function seedPeople(ctx: () => Context, lender: NewTenant): Promise<void> {
  const branchIds: string[] = [];
  for (const branch of BRANCHES[lender.country as "IN" | "US"]) branchIds.push((await createBranch(ctx(), branch)).branchId);
  // Applications that come through the portal belong to the first branch until somebody moves them.
  await changeSettings(ctx(), {
    portalBranchId: branchIds[0],
    // Letters must name who reported and whom to complain to; both are made up, like the lender.
    bureau: { name: "Sandbox Credit Bureau", address: "1 Data Way, Springfield", phone: lender.country === "IN" ? "1800 000 0199" : "(800) 555-0199" },
    grievanceOfficer: { name: "Ana Souza", phone: lender.country === "IN" ? "1800 000 0001" : "(800) 555-0101", email: `grievance@${lender.slug}.example` },
  });
  for (const user of DEMO_STAFF) {
    await createUser(ctx(), {
      email: `${user.login}@${lender.slug}.example`, name: user.name, roles: user.roles, branchId: branchIds[user.branch ?? 0], password: DEMO_PASSWORD,
      amountLimits: { [lender.currency]: BigInt(user.limit) * 100n },
    });
  }
}
