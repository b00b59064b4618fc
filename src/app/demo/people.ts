import { makeContext, type Context, type Services } from "#kernel/context.ts";
import { grantsOf, jobActor, type Role } from "#kernel/permissions.ts";

/** The people of the demonstration, each with the rights of their role and no more. */
export interface People {
  system(): Context;
  staff(role: Role, name?: string): Context;
  borrower(partyId: string): Context;
}

export function peopleOf(services: Services, tenantId: string): People {
  const context = (actor: Context["actor"]) => makeContext(services, { tenantId, actor, requestId: services.ids.next("req") });
  const limits = new Map([["INR", 1_000_000_000_00n], ["USD", 1_000_000_000_00n]]);
  return {
    system: () => context(jobActor("demo")),
    staff: (role, name = `usr_demo_${role}`) => context({ kind: "staff", id: name, name, roles: [role], grants: grantsOf([role]), amountLimits: limits }),
    borrower: (partyId) => context({ kind: "borrower", id: partyId, name: "borrower", roles: ["borrower"], partyId, grants: grantsOf(["borrower"]), amountLimits: new Map() }),
  };
}
