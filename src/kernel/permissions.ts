/**
 * Who may do what: the whole table, in one place. A permission is noun.noun.verb; a role grants it over a scope.
 * Limits on amounts are kept per user (identity) and asked for by `actor.require`.
 */
import { problem } from "./kernel-problems.ts";

/** How far a grant reaches: everything of the lender, the user's branch, or what the user has to do with. */
export type Scope = "tenant" | "branch" | "own";

export const ROLES = [
  "borrower", "sales_agent", "loan_officer", "underwriter", "credit_manager", "operations_officer", "funding_officer",
  "servicing_agent", "collections_agent", "finance_officer", "compliance_officer", "auditor", "product_manager", "administrator",
] as const;
export type Role = (typeof ROLES)[number];

type Grants = Partial<Record<Role, Scope>>;
const staffRead: Grants = {
  loan_officer: "branch", underwriter: "tenant", credit_manager: "tenant", operations_officer: "tenant", funding_officer: "tenant", servicing_agent: "tenant",
  collections_agent: "tenant", finance_officer: "tenant", compliance_officer: "tenant", auditor: "tenant",
};
const originationRead: Grants = {
  borrower: "own", sales_agent: "own", loan_officer: "branch", underwriter: "tenant", credit_manager: "tenant", operations_officer: "tenant", funding_officer: "tenant",
  compliance_officer: "tenant", auditor: "tenant",
};

/** Every permission with the roles that hold it. */
export const PERMISSIONS = {
  // identity
  "identity.profile.read": { borrower: "own", sales_agent: "own", ...all("own") },
  "identity.user.read": { administrator: "tenant", auditor: "tenant", compliance_officer: "tenant" },
  "identity.user.manage": { administrator: "tenant" },
  "identity.client.manage": { administrator: "tenant" },
  "identity.view.manage": all("own"),
  "identity.branch.read": all("tenant"),
  "approval.request.read": all("tenant"),
  "approval.request.decide": all("tenant"),
  "approval.request.withdraw": all("own"),
  "job.run.read": { ...all("own"), operations_officer: "tenant", administrator: "tenant", auditor: "tenant", compliance_officer: "tenant" },
  "job.run.manage": { ...all("own"), operations_officer: "tenant", administrator: "tenant" },
  // parties
  "party.record.read": { borrower: "own", sales_agent: "own", ...staffRead },
  "party.record.create": { borrower: "own", sales_agent: "tenant", loan_officer: "branch", servicing_agent: "tenant" },
  "party.record.update": { borrower: "own", loan_officer: "branch", servicing_agent: "tenant" },
  "party.identifier.reveal": { loan_officer: "branch", underwriter: "tenant", operations_officer: "tenant", servicing_agent: "tenant", compliance_officer: "tenant" },
  // products
  "product.version.read": { borrower: "tenant", sales_agent: "tenant", product_manager: "tenant", administrator: "tenant", ...staffRead, loan_officer: "tenant" },
  "product.entries.read": { product_manager: "tenant", administrator: "tenant", finance_officer: "tenant", auditor: "tenant", compliance_officer: "tenant", operations_officer: "tenant", credit_manager: "tenant" },
  "product.version.edit": { product_manager: "tenant" },
  "product.version.publish": { product_manager: "tenant", credit_manager: "tenant" },
  // documents
  "document.file.read": { borrower: "own", sales_agent: "own", ...staffRead },
  "document.file.upload": { borrower: "own", sales_agent: "own", loan_officer: "branch", operations_officer: "tenant", servicing_agent: "tenant" },
  "document.file.review": { loan_officer: "branch", underwriter: "tenant", operations_officer: "tenant" },
  // origination
  "application.case.read": originationRead,
  "application.case.create": { borrower: "own", sales_agent: "tenant", loan_officer: "branch" },
  "application.case.edit": { borrower: "own", sales_agent: "own", loan_officer: "branch" },
  "application.case.submit": { borrower: "own", sales_agent: "own", loan_officer: "branch" },
  "application.case.withdraw": { borrower: "own", sales_agent: "own", loan_officer: "branch" },
  "application.case.assign": { loan_officer: "branch", underwriter: "tenant", credit_manager: "tenant" },
  "application.check.run": { loan_officer: "branch", underwriter: "tenant" },
  "application.case.import": { loan_officer: "branch", operations_officer: "tenant" },
  "application.decision.make": { underwriter: "tenant", credit_manager: "tenant" },
  "application.decision.override": { credit_manager: "tenant" },
  "application.condition.manage": { loan_officer: "branch", underwriter: "tenant", credit_manager: "tenant" },
  "application.offer.accept": { borrower: "own" },
  "application.agreement.sign": { borrower: "own" },
  "application.funding.propose": { operations_officer: "tenant" },
  "application.funding.release": { funding_officer: "tenant" },
  // servicing
  "loan.account.read": { borrower: "own", ...staffRead },
  "loan.account.board": { operations_officer: "tenant" },
  "loan.repayment.record": { servicing_agent: "tenant", operations_officer: "tenant" },
  "loan.repayment.reverse": { servicing_agent: "tenant", operations_officer: "tenant" },
  "loan.refund.release": { funding_officer: "tenant", finance_officer: "tenant" },
  "loan.payment.initiate": { borrower: "own", servicing_agent: "tenant" },
  "loan.charge.add": { servicing_agent: "tenant" },
  "loan.charge.waive": { servicing_agent: "tenant" },
  "loan.payoff.quote": { borrower: "own", servicing_agent: "tenant", collections_agent: "tenant" },
  "loan.account.charge_off": { credit_manager: "tenant", finance_officer: "tenant" },
  "loan.note.read": staffRead,
  "loan.note.write": { servicing_agent: "tenant", collections_agent: "tenant", operations_officer: "tenant", credit_manager: "tenant", compliance_officer: "tenant" },
  "loan.account.modify": { servicing_agent: "tenant" },
  "rate.fixing.read": { product_manager: "tenant", finance_officer: "tenant", credit_manager: "tenant", servicing_agent: "tenant", operations_officer: "tenant", auditor: "tenant" },
  "rate.fixing.propose": { product_manager: "tenant", finance_officer: "tenant" },
  "rate.fixing.approve": { finance_officer: "tenant", credit_manager: "tenant" },
  "loan.modification.approve": { credit_manager: "tenant", finance_officer: "tenant" },
  // payments
  "payment.order.read": { operations_officer: "tenant", funding_officer: "tenant", finance_officer: "tenant", auditor: "tenant", compliance_officer: "tenant" },
  "payment.mandate.read": { borrower: "own", servicing_agent: "tenant", collections_agent: "tenant", operations_officer: "tenant", finance_officer: "tenant", auditor: "tenant", compliance_officer: "tenant" },
  "payment.mandate.cancel": { borrower: "own", servicing_agent: "tenant", operations_officer: "tenant" },
  "payment.statement.import": { operations_officer: "tenant", finance_officer: "tenant" },
  "payment.line.match": { operations_officer: "tenant", finance_officer: "tenant" },
  "payment.payout.send": { operations_officer: "tenant", funding_officer: "tenant" },
  // collections
  "collections.case.read": { collections_agent: "tenant", servicing_agent: "tenant", credit_manager: "tenant", compliance_officer: "tenant", auditor: "tenant" },
  "collections.case.work": { collections_agent: "tenant" },
  // ledger
  "ledger.entry.read": { finance_officer: "tenant", auditor: "tenant", compliance_officer: "tenant", operations_officer: "tenant" },
  "ledger.manual_entry.propose": { finance_officer: "tenant" },
  "ledger.manual_entry.approve": { finance_officer: "tenant" },
  "ledger.period.close": { finance_officer: "tenant" },
  "ledger.period.reopen": { finance_officer: "tenant" },
  "ledger.fx_rate.propose": { finance_officer: "tenant" },
  "ledger.fx_rate.approve": { finance_officer: "tenant" },
  "ledger.revaluation.make": { finance_officer: "tenant" },
  "ledger.revaluation.post": { finance_officer: "tenant" },
  // risk
  "provision.run.read": { credit_manager: "tenant", finance_officer: "tenant", compliance_officer: "tenant", auditor: "tenant" },
  "provision.run.make": { finance_officer: "tenant" },
  "provision.run.post": { finance_officer: "tenant" },
  "provision.policy.edit": { credit_manager: "tenant" },
  "provision.policy.publish": { finance_officer: "tenant", compliance_officer: "tenant" },
  // partners
  "partner.record.read": { finance_officer: "tenant", credit_manager: "tenant", auditor: "tenant", compliance_officer: "tenant" },
  "partner.record.propose": { finance_officer: "tenant" },
  "partner.record.approve": { finance_officer: "tenant" },
  "participation.share.propose": { finance_officer: "tenant" },
  "participation.share.approve": { finance_officer: "tenant", credit_manager: "tenant" },
  "guarantee.cover.propose": { finance_officer: "tenant" },
  "guarantee.cover.approve": { finance_officer: "tenant", credit_manager: "tenant" },
  "guarantee.claim.propose": { finance_officer: "tenant" },
  "guarantee.claim.approve": { finance_officer: "tenant", credit_manager: "tenant" },
  "partner.statement.make": { finance_officer: "tenant" },
  "partner.statement.approve": { finance_officer: "tenant" },
  // reporting, audit, end of day
  "report.portfolio.read": { credit_manager: "tenant", finance_officer: "tenant", compliance_officer: "tenant", auditor: "tenant", product_manager: "tenant", underwriter: "tenant" },
  "report.regulatory.read": { compliance_officer: "tenant", finance_officer: "tenant", credit_manager: "tenant", auditor: "tenant" },
  "report.regulatory.generate": { compliance_officer: "tenant", finance_officer: "tenant" },
  "report.regulatory.file": { compliance_officer: "tenant", finance_officer: "tenant" },
  "report.regulatory.define": { compliance_officer: "tenant" },
  "report.file.download": { compliance_officer: "tenant" },
  "credit.dispute.read": { servicing_agent: "tenant", compliance_officer: "tenant", credit_manager: "tenant", auditor: "tenant" },
  "credit.dispute.work": { servicing_agent: "tenant", compliance_officer: "tenant" },
  "audit.record.read": { auditor: "tenant", compliance_officer: "tenant" },
  "eod.run.read": { operations_officer: "tenant", finance_officer: "tenant", auditor: "tenant", administrator: "tenant" },
  "eod.run.start": { operations_officer: "tenant" },
  "sandbox.clock.advance": { operations_officer: "tenant", administrator: "tenant", product_manager: "tenant" },
  "webhook.endpoint.manage": { administrator: "tenant" },
} as const satisfies Record<string, Grants>;

export type Permission = keyof typeof PERMISSIONS;

function all(scope: Scope): Grants {
  return Object.fromEntries(ROLES.filter((role) => role !== "borrower").map((role) => [role, scope]));
}

/** Pairs of roles that one person may not hold together, each with the fraud it would allow. */
export const TOXIC_ROLE_PAIRS: readonly (readonly [Role, Role, string])[] = [
  ["operations_officer", "funding_officer", "one person could prepare and release a payout"],
  ["loan_officer", "underwriter", "one person could bring and approve an application"],
  ["loan_officer", "credit_manager", "one person could bring and approve an application"],
  ["sales_agent", "underwriter", "one person could sell and approve a loan"],
  ["sales_agent", "credit_manager", "one person could sell and approve a loan"],
  ["product_manager", "credit_manager", "one person could edit and publish a product"],
  ["administrator", "operations_officer", "one person could make users and move money"],
  ["administrator", "funding_officer", "one person could make users and move money"],
  ["administrator", "finance_officer", "one person could make users and post entries"],
  ["administrator", "servicing_agent", "one person could make users and post payments"],
  ["auditor", "operations_officer", "an auditor may not act on what is audited"],
  ["auditor", "finance_officer", "an auditor may not act on what is audited"],
  ["auditor", "administrator", "an auditor may not act on what is audited"],
];

/** Whoever acts: a person, an API client, a job, or the platform itself. */
export interface Actor {
  readonly kind: "staff" | "borrower" | "client" | "job" | "anonymous";
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly branchId?: string;
  /** The party a borrower is, for scope "own". */
  readonly partyId?: string;
  readonly grants: ReadonlyMap<Permission, Scope>;
  /** Largest amount per currency, in minor units, this actor may decide or move; absent means none set. */
  readonly amountLimits: ReadonlyMap<string, bigint>;
  readonly onBehalfOf?: string;
}

/** The grants of a set of roles: the widest scope wins. */
export function grantsOf(roles: readonly Role[]): Map<Permission, Scope> {
  const width: Record<Scope, number> = { own: 1, branch: 2, tenant: 3 };
  const grants = new Map<Permission, Scope>();
  for (const [permission, table] of Object.entries(PERMISSIONS) as [Permission, Grants][]) {
    for (const role of roles) {
      const scope = table[role];
      const held = grants.get(permission);
      if (scope !== undefined && (held === undefined || width[scope] > width[held])) grants.set(permission, scope);
    }
  }
  return grants;
}

/** Refuses with permission.denied unless the actor holds the permission; returns how far it reaches. */
export function requirePermission(actor: Actor, permission: Permission): Scope {
  const scope = actor.grants.get(permission);
  if (scope === undefined) throw problem("permission.denied", `This needs the permission ${permission}.`);
  return scope;
}

/** Refuses with permission.above_limit when an amount is over what the actor may decide or move. */
export function requireLimit(actor: Actor, amountMinor: bigint, currency: string): void {
  const limit = actor.amountLimits.get(currency);
  if (limit === undefined || amountMinor > limit) throw problem("permission.above_limit", `Your limit in ${currency} does not cover this amount.`);
}

/** The platform acting by itself: end of day, jobs, imports. Holds every permission; it cannot approve. */
export function jobActor(name: string): Actor {
  const grants = new Map((Object.keys(PERMISSIONS) as Permission[]).map((permission) => [permission, "tenant" as Scope]));
  grants.delete("approval.request.decide");
  return { kind: "job", id: `job:${name}`, name, roles: [], grants, amountLimits: new Map() };
}

/** Nobody yet: what a visitor may do before signing in is decided route by route. */
export const anonymousActor: Actor = { kind: "anonymous", id: "anonymous", name: "visitor", roles: [], grants: new Map(), amountLimits: new Map() };
