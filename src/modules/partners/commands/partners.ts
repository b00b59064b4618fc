import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { registerReference } from "#modules/payments/index.ts";
import { problem } from "../problems.ts";
import { referenceOf } from "./money-in.ts";

export interface NewPartner {
  readonly code: string; readonly name: string; readonly kind: "investor" | "co_lender";
  readonly account: { readonly scheme: "in" | "us" | "iban"; readonly number: string };
}

const ACTION = "partner.record.add";
const ACCOUNT = { in: /^[A-Z]{4}0[A-Z0-9]{6}\/[0-9]{6,18}$/, us: /^[0-9]{9}\/[0-9]{4,17}$/, iban: /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/ } as const;

/** Proposes a partner with the account it is paid to; a second person agrees. May raise partner.account_invalid, partner.code_taken. */
export async function proposePartner(ctx: Context, input: NewPartner): Promise<ApprovalRequest & { readonly partnerId: string }> {
  requirePermission(ctx.actor, "partner.record.propose");
  const { scheme, number } = input.account;
  if (!ACCOUNT[scheme].test(number)) throw problem("partner.account_invalid", undefined, { errors: [{ pointer: "/account/number", code: "partner.account_invalid", detail: "The number does not have the form of its kind of account." }] });
  return ctx.transaction(async (tx) => {
    const partnerId = ctx.ids.next("ptn");
    const wrappedKey = ctx.services.keys.newWrappedKey();
    const masked = `····${number.slice(-4)}`;
    const made = await tx.run("partners.partner.insert",
      `INSERT INTO partners.partner (id, code, name, kind, payee_scheme, payee_masked, wrapped_key, payee_account, state, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10)
       ON CONFLICT (tenant_id, code) WHERE state <> 'rejected' DO NOTHING`,
      [partnerId, input.code, input.name, input.kind, scheme, masked, wrappedKey, ctx.services.keys.seal(wrappedKey, number, `partner:${partnerId}`), ctx.actor.id, tx.now]);
    if (made === 0) throw problem("partner.code_taken");
    await audit.record(tx, ctx, { action: "partner.record.proposed", subject: partnerId, after: { code: input.code, name: input.name, kind: input.kind, account: masked } });
    const request = await propose(tx, ctx, { action: ACTION, subject: partnerId, summary: `Partner ${input.name}, paid to ${masked}`, payload: { partnerId } });
    return { ...request, partnerId };
  });
}

/** The second person's half. */
export const partnerControl: DualControl<{ partnerId: string }> = {
  action: ACTION, permission: "partner.record.approve", limited: false,
  execute: async (tx, ctx, { partnerId }) => {
    const { code } = await tx.one<{ code: string }>("partners.partner.activate", "UPDATE partners.partner SET state = 'active' WHERE id = $1 RETURNING code", [partnerId]);
    await registerReference(tx, ctx, { reference: referenceOf(code), subject: partnerId });
    await audit.record(tx, ctx, { action: "partner.record.added", subject: partnerId });
    return { partnerId };
  },
  reject: async (tx, ctx, { partnerId }, reason) => {
    await tx.run("partners.partner.reject", "UPDATE partners.partner SET state = 'rejected' WHERE id = $1 AND state = 'proposed'", [partnerId]);
    await audit.record(tx, ctx, { action: "partner.record.rejected", subject: partnerId, reason });
  },
};
