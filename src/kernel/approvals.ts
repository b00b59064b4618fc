import { createHash } from "node:crypto";
import { canonicalJson, decode, encode } from "./codec.ts";
import * as audit from "./audit.ts";
import { plusMs } from "./clock.ts";
import type { Context } from "./context.ts";
import type { Tx } from "./db.ts";
import { problem } from "./kernel-problems.ts";
import { requireLimit, requirePermission, type Permission } from "./permissions.ts";

/**
 * An act that takes two people. The first proposes it, the second approves; the approval is bound to the hash of what
 * was proposed, and only then is it carried out, in the approver's transaction.
 */
export interface DualControl<P = unknown> {
  /** Same form as an audit action, in the present: loan.funding.release */
  readonly action: string;
  /** What the second person must hold. */
  readonly permission: Permission;
  /** True when the checker's amount limit must cover the request's amount. */
  readonly limited: boolean;
  /** Carries out what was approved. Must check again that it still can be done. */
  execute(tx: Tx, ctx: Context, payload: P, request: ApprovalRequest): Promise<unknown>;
  /** What the module does when the second person turns it down, in the same transaction. */
  reject?(tx: Tx, ctx: Context, payload: P, reason: string): Promise<void>;
  /** What the module does when the maker takes it back, in the same transaction; without it, what `reject` does. */
  withdraw?(tx: Tx, ctx: Context, payload: P, reason: string): Promise<void>;
}

export interface ApprovalRequest {
  readonly id: string;
  readonly action: string;
  readonly subject: string;
  readonly summary: string;
  readonly makerId: string;
  readonly amountMinor?: bigint;
  readonly currency?: string;
}

export interface Proposal extends Omit<ApprovalRequest, "id" | "makerId"> {
  readonly payload: unknown;
  readonly branchId?: string;
}

const controls = new Map<string, DualControl<never>>();
const LIFETIME_MS = 7 * 24 * 3_600_000;

/** Registers an act that takes two people; called once per act when the modules are wired. */
export function registerDualControl<P>(control: DualControl<P>): void {
  controls.set(control.action, control as DualControl<never>);
}

/** Proposes an act for a second person to approve. One open request per act and subject; may raise approval.already_waiting. */
export async function propose(tx: Tx, ctx: Context, proposal: Proposal): Promise<ApprovalRequest> {
  const payload = encode(proposal.payload);
  const id = ctx.ids.next("apr");
  const { action, subject } = proposal;
  const insert = () => tx.run(
    "kernel.approval.propose",
    `INSERT INTO kernel.approval_request (id, action, subject, summary, amount_minor, currency, branch_id, payload, payload_hash, maker_id, made_at, expires_at, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'waiting') ON CONFLICT (tenant_id, action, subject) WHERE state = 'waiting' DO NOTHING`,
    [id, action, subject, proposal.summary, proposal.amountMinor ?? null, proposal.currency ?? null, proposal.branchId ?? null,
      payload, payloadHash(action, subject, payload), ctx.actor.id, tx.now, plusMs(tx.now, LIFETIME_MS)],
  );
  if (await insert() === 0) {
    // One that nobody may approve any more makes way for the new one.
    const expired = await tx.run("kernel.approval.make_way",
      "UPDATE kernel.approval_request SET state = 'withdrawn', decided_at = $3, reason = 'expired' WHERE action = $1 AND subject = $2 AND state = 'waiting' AND expires_at < $3", [action, subject, tx.now]);
    if (expired === 0 || await insert() === 0) throw problem("approval.already_waiting");
  }
  await audit.record(tx, ctx, { action: "approval.request.made", subject, after: { request: id, act: action } });
  return { id, action, subject, summary: proposal.summary, makerId: ctx.actor.id, amountMinor: proposal.amountMinor, currency: proposal.currency };
}

interface Row {
  id: string; action: string; subject: string; summary: string; amount_minor: bigint | null; currency: string | null;
  payload: string; payload_hash: string; maker_id: string; expires_at: string; state: string;
}

/**
 * Approves and carries out, or rejects, one request.
 * May raise approval.not_found, approval.already_decided, approval.expired, approval.own_request, approval.payload_changed,
 * permission.denied, permission.above_limit, and whatever the act itself refuses.
 *
 * @param expectedHash what the checker saw; a request that changed meanwhile is refused
 */
export async function decide(ctx: Context, id: string, decision: "approve" | "reject", expectedHash: string | undefined, reason?: string): Promise<{ id: string; state: string; result: unknown }> {
  return ctx.transaction(async (tx) => {
    const row = await tx.maybe<Row>("kernel.approval.lock", "SELECT * FROM kernel.approval_request WHERE id = $1 FOR UPDATE", [id]);
    if (row === undefined) throw problem("approval.not_found");
    const control = controls.get(row.action);
    if (control === undefined) throw new RangeError(`no dual control is registered for ${row.action}`);
    requirePermission(ctx.actor, control.permission);
    if (row.state !== "waiting") throw problem("approval.already_decided", `It was ${row.state} before.`);
    if (decision === "approve") refuseUnlessApprovable(tx, ctx, row, control, expectedHash);
    const state = decision === "approve" ? "approved" : "rejected";
    await tx.run("kernel.approval.decide", "UPDATE kernel.approval_request SET state = $2, checker_id = $3, decided_at = $4, reason = $5 WHERE id = $1",
      [id, state, ctx.actor.id, tx.now, reason ?? null]);
    await audit.record(tx, ctx, { action: `approval.request.${state}`, subject: row.subject, reason, after: { request: id, act: row.action, maker: row.maker_id } });
    const request = { id, action: row.action, subject: row.subject, summary: row.summary, makerId: row.maker_id, amountMinor: row.amount_minor ?? undefined, currency: row.currency ?? undefined };
    if (decision === "reject") await control.reject?.(tx, ctx, decode(row.payload) as never, reason ?? "Turned down by the second person.");
    const result = decision === "approve" ? await control.execute(tx, ctx, decode(row.payload) as never, request) : null;
    return { id, state, result: result ?? null };
  });
}

/**
 * Takes back one's own request, so that what it is about is free again. May raise approval.not_found, approval.not_yours, approval.already_decided.
 */
export async function withdraw(ctx: Context, id: string, reason: string): Promise<{ id: string; state: string }> {
  return ctx.transaction(async (tx) => {
    const row = await tx.maybe<Row>("kernel.approval.lock", "SELECT * FROM kernel.approval_request WHERE id = $1 FOR UPDATE", [id]);
    if (row === undefined) throw problem("approval.not_found");
    if (row.maker_id !== ctx.actor.id) throw problem("approval.not_yours");
    if (row.state !== "waiting") throw problem("approval.already_decided", `It was ${row.state} before.`);
    const control = controls.get(row.action);
    if (control === undefined) throw new RangeError(`no dual control is registered for ${row.action}`);
    await tx.run("kernel.approval.withdraw", "UPDATE kernel.approval_request SET state = 'withdrawn', decided_at = $2, reason = $3 WHERE id = $1", [id, tx.now, reason]);
    await audit.record(tx, ctx, { action: "approval.request.withdrawn", subject: row.subject, reason, after: { request: id, act: row.action } });
    await (control.withdraw ?? control.reject)?.call(control, tx, ctx, decode(row.payload) as never, reason);
    return { id, state: "withdrawn" };
  });
}

function refuseUnlessApprovable(tx: Tx, ctx: Context, row: Row, control: DualControl<never>, expectedHash: string | undefined): void {
  if (row.maker_id === ctx.actor.id || row.maker_id === ctx.actor.onBehalfOf) throw problem("approval.own_request");
  if (row.expires_at < tx.now) throw problem("approval.expired");
  const hash = payloadHash(row.action, row.subject, row.payload);
  if (hash !== row.payload_hash || (expectedHash !== undefined && expectedHash !== hash)) throw problem("approval.payload_changed");
  if (control.limited && row.amount_minor !== null && row.currency !== null) requireLimit(ctx.actor, row.amount_minor, row.currency);
}

/** Hash of what is being approved: the act, what it is about, and every figure in it. */
export function payloadHash(action: string, subject: string, payload: string): string {
  return createHash("sha256").update(canonicalJson([action, subject, payload])).digest("hex");
}
