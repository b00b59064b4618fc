import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { registerReference } from "#modules/payments/index.ts";
import { problem } from "../problems.ts";
import { lockPartner } from "../store.ts";
import { referenceOf } from "./money-in.ts";

export interface NewPartner {
  readonly code: string; readonly name: string; readonly kind: "investor" | "co_lender" | "guarantor";
  readonly account: { readonly scheme: "in" | "us" | "iban"; readonly number: string };
}

const ACTION = "partner.record.add";
const ACCOUNT = { in: /^[A-Z]{4}0[A-Z0-9]{6}\/[0-9]{6,18}$/, us: /^[0-9]{9}\/[0-9]{4,17}$/, iban: /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/ } as const;

/** Proposes a partner with the account it is paid to; a second person agrees. May raise partner.account_invalid, partner.code_taken. */
export async function proposePartner(ctx: Context, input: NewPartner): Promise<ApprovalRequest & { readonly partnerId: string }> {
  requirePermission(ctx.actor, "partner.record.propose");
  refuseForm(input.account, "/account");
  return ctx.transaction(async (tx) => {
    const partnerId = ctx.ids.next("ptn");
    const { key, account, masked } = seal(ctx, partnerId, input.account.number);
    const made = await tx.run("partners.partner.insert",
      `INSERT INTO partners.partner (id, code, name, kind, payee_scheme, payee_masked, wrapped_key, payee_account, state, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10)
       ON CONFLICT (tenant_id, code) WHERE state <> 'rejected' DO NOTHING`,
      [partnerId, input.code, input.name, input.kind, input.account.scheme, masked, key, account, ctx.actor.id, tx.now]);
    if (made === 0) throw problem("partner.code_taken");
    await audit.record(tx, ctx, { action: "partner.record.proposed", subject: partnerId, after: { code: input.code, name: input.name, kind: input.kind, account: masked } });
    const request = await propose(tx, ctx, { action: ACTION, subject: partnerId, summary: `Partner ${input.name}, paid to ${masked}`, payload: { partnerId } });
    return { ...request, partnerId };
  });
}

const CHANGE = "partner.account.change";

/** Proposes another account to pay a partner to; a second person agrees. May raise partner.not_found, partner.not_active, partner.account_invalid, approval.already_waiting. */
export async function proposeAccount(ctx: Context, partnerId: string, account: NewPartner["account"]): Promise<ApprovalRequest> {
  requirePermission(ctx.actor, "partner.record.propose");
  refuseForm(account, "");
  return ctx.transaction(async (tx) => {
    const partner = await lockPartner(tx, partnerId);
    if (partner.state !== "active") throw problem("partner.not_active");
    const sealed = seal(ctx, partnerId, account.number);
    const request = await propose(tx, ctx, { action: CHANGE, subject: partnerId, summary: `Pay ${partner.name} to ${sealed.masked} instead of ${partner.payee_masked}`, payload: { partnerId } });
    await tx.run("partners.account.next", "UPDATE partners.partner SET next_scheme = $2, next_masked = $3, next_key = $4, next_account = $5 WHERE id = $1", [partnerId, account.scheme, sealed.masked, sealed.key, sealed.account]);
    await audit.record(tx, ctx, { action: "partner.account.proposed", subject: partnerId, before: { account: partner.payee_masked }, after: { account: sealed.masked } });
    return request;
  });
}

/** The second person's half: payouts from now on go there. */
export const accountControl: DualControl<{ partnerId: string }> = {
  action: CHANGE, permission: "partner.record.approve", limited: false,
  execute: async (tx, ctx, { partnerId }) => {
    const before = await lockPartner(tx, partnerId);
    const { masked } = await tx.one<{ masked: string }>("partners.account.change",
      `UPDATE partners.partner SET payee_scheme = next_scheme, payee_masked = next_masked, wrapped_key = next_key, payee_account = next_account, next_scheme = NULL, next_masked = NULL, next_key = NULL, next_account = NULL
       WHERE id = $1 RETURNING payee_masked AS masked`, [partnerId]);
    await audit.record(tx, ctx, { action: "partner.account.changed", subject: partnerId, before: { account: before.payee_masked }, after: { account: masked } });
    return { partnerId };
  },
  reject: async (tx, ctx, { partnerId }, reason) => {
    await tx.run("partners.account.keep", "UPDATE partners.partner SET next_scheme = NULL, next_masked = NULL, next_key = NULL, next_account = NULL WHERE id = $1", [partnerId]);
    await audit.record(tx, ctx, { action: "partner.account.kept", subject: partnerId, reason });
  },
};

function refuseForm({ scheme, number }: NewPartner["account"], under: string): void {
  if (!ACCOUNT[scheme].test(number)) throw problem("partner.account_invalid", undefined, { errors: [{ pointer: `${under}/number`, code: "partner.account_invalid", detail: "The number does not have the form of its kind of account." }] });
}

/** An account as it is kept: sealed, and by its last digits. */
function seal(ctx: Context, partnerId: string, number: string): { key: Buffer; account: Buffer; masked: string } {
  const key = ctx.services.keys.newWrappedKey();
  return { key, account: ctx.services.keys.seal(key, number, `partner:${partnerId}`), masked: `····${number.slice(-4)}` };
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
