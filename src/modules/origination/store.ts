import * as audit from "#kernel/audit.ts";
import { plusMs, type Instant } from "#kernel/clock.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import type { ProductDefinition } from "#modules/products/index.ts";
import type { Answers } from "./domain/form.ts";
import { next, waitingOn, type Act, type ApplicationState } from "./domain/state-machine.ts";
import { problem } from "./problems.ts";

export interface ApplicationRow {
  readonly id: string; readonly number: string; readonly product_version_id: string; readonly product_code: string; readonly product_name: string;
  readonly channel: "portal" | "staff" | "api" | "import" | "agent"; readonly branch_id: string | null; readonly party_id: string | null; readonly co_party_id: string | null; readonly owner_id: string; readonly applicant_name: string; readonly locale: string;
  readonly currency: string; readonly amount_minor: bigint; readonly term_months: number; readonly state: ApplicationState; readonly waiting_on: string; readonly stage_entered_at: string; readonly stage_due_at: string | null;
  readonly answers: Answers; readonly wrapped_key: Buffer; readonly sealed_person: Buffer | null; readonly score: number | null; readonly policy_outcome: string | null; readonly decision_id: string | null; readonly offer_id: string | null;
  readonly loan_account_id: string | null; readonly loan_number: string | null; readonly approved_until: string | null; readonly claimed_by: string | null; readonly claimed_at: string | null; readonly closed_reason: string | null;
  readonly created_by: string; readonly created_at: string; readonly submitted_at: string | null; readonly submitted_on: string | null; readonly changed_at: string; readonly row_version: bigint;
}

/** Locks one application for a change. May raise application.not_found. */
export async function lockApplication(tx: Tx, id: string): Promise<ApplicationRow> {
  const row = await tx.maybe<ApplicationRow>("origination.application.lock", "SELECT * FROM origination.application WHERE id = $1 FOR UPDATE", [id]);
  if (row === undefined) throw problem("application.not_found");
  return row;
}

export async function readApplication(tx: Tx, id: string): Promise<ApplicationRow> {
  const row = await tx.maybe<ApplicationRow>("origination.application.read", "SELECT * FROM origination.application WHERE id = $1", [id]);
  if (row === undefined) throw problem("application.not_found");
  return row;
}

export async function insertApplication(tx: Tx, row: ApplicationRow): Promise<void> {
  await tx.run("origination.application.insert",
    `INSERT INTO origination.application (id, number, product_version_id, product_code, product_name, channel, branch_id, party_id, owner_id, applicant_name, locale, currency, amount_minor, term_months, state, waiting_on,
       stage_entered_at, answers, wrapped_key, sealed_person, created_by, created_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $17, $17)`,
    [row.id, row.number, row.product_version_id, row.product_code, row.product_name, row.channel, row.branch_id, row.party_id, row.owner_id, row.applicant_name, row.locale, row.currency, row.amount_minor, row.term_months, row.state,
      row.waiting_on, row.stage_entered_at, row.answers, row.wrapped_key, row.sealed_person, row.created_by]);
}

/** Saves everything of an application that may change; the row must be locked. */
export async function saveApplication(tx: Tx, row: ApplicationRow): Promise<ApplicationRow> {
  await tx.run("origination.application.save",
    `UPDATE origination.application SET party_id = $2, owner_id = $3, applicant_name = $4, amount_minor = $5, term_months = $6, state = $7, waiting_on = $8, stage_entered_at = $9, stage_due_at = $10, answers = $11, sealed_person = $12,
       score = $13, policy_outcome = $14, decision_id = $15, offer_id = $16, loan_account_id = $17, loan_number = $18, approved_until = $19, claimed_by = $20, claimed_at = $21, closed_reason = $22, submitted_at = $23, submitted_on = $24,
       changed_at = $25, row_version = row_version + 1 WHERE id = $1`,
    [row.id, row.party_id, row.owner_id, row.applicant_name, row.amount_minor, row.term_months, row.state, row.waiting_on, row.stage_entered_at, row.stage_due_at, row.answers, row.sealed_person, row.score, row.policy_outcome,
      row.decision_id, row.offer_id, row.loan_account_id, row.loan_number, row.approved_until, row.claimed_by, row.claimed_at, row.closed_reason, row.submitted_at, row.submitted_on, tx.now]);
  return { ...row, row_version: row.row_version + 1n, changed_at: tx.now };
}

export interface Move {
  readonly summary: string;
  readonly reason?: string;
  /** What else changes on the application. */
  readonly set?: Partial<ApplicationRow>;
  /** Facts for those who listen; never personal data. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/**
 * Carries out one act on a locked application: new state, clock of its stage, timeline, audit record and published fact.
 * May raise application.wrong_state.
 */
export async function move(tx: Tx, ctx: Context, app: ApplicationRow, definition: Pick<ProductDefinition, "flow">, act: Act, change: Move): Promise<ApplicationRow> {
  const to = next(app.state, act);
  if (to === undefined) throw problem("application.wrong_state", `Application ${app.number} is ${app.state}.`, { extra: { state: app.state } });
  const stage = definition.flow.find((each) => each.stage === to);
  const after = await saveApplication(tx, {
    ...app, ...change.set, state: to, waiting_on: waitingOn(to, definition.flow), stage_entered_at: tx.now,
    stage_due_at: stage === undefined ? null : plusMs(tx.now as Instant, stage.hours * 3_600_000), claimed_by: null, claimed_at: null,
  });
  await note(tx, ctx, app.id, { kind: act, summary: change.summary, from: app.state, to });
  await audit.record(tx, ctx, { action: `application.case.${to}`, subject: app.id, before: { state: app.state }, after: { state: to, ...change.payload }, reason: change.reason });
  await outbox.add(tx, ctx, { type: `origination.application_${to}`, subject: app.id, payload: { number: app.number, productCode: app.product_code, partyId: after.party_id, branchId: app.branch_id, act, from: app.state, ...change.payload } });
  return after;
}

/** Adds a line to an application's timeline. */
export async function note(tx: Tx, ctx: Context, applicationId: string, line: { kind: string; summary: string; from?: string; to?: string }): Promise<void> {
  await tx.run("origination.timeline.insert",
    "INSERT INTO origination.timeline_entry (id, application_id, at, business_date, kind, summary, from_state, to_state, actor_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [ctx.ids.next("tl"), applicationId, tx.now, tx.businessDate, line.kind, line.summary, line.from ?? null, line.to ?? null, ctx.actor.id]);
}

/** Personal answers of an application, sealed under its own key; erasing the key erases them. */
export function sealPersonal(ctx: Context, key: Buffer, applicationId: string, values: Answers): Buffer {
  return ctx.services.keys.seal(key, JSON.stringify(values), `${applicationId}:person`);
}

export function openPersonal(ctx: Context, app: Pick<ApplicationRow, "id" | "wrapped_key" | "sealed_person">): Answers {
  if (app.sealed_person === null) return {};
  return JSON.parse(ctx.services.keys.open(app.wrapped_key, app.sealed_person, `${app.id}:person`).toString()) as Answers;
}

/** Whether an actor whose permission reaches so far may see or act on this application. */
export function withinScope(ctx: Context, scope: "tenant" | "branch" | "own", app: Pick<ApplicationRow, "branch_id" | "owner_id" | "party_id" | "co_party_id">): boolean {
  if (scope === "tenant") return true;
  if (scope === "branch") return app.branch_id !== null && app.branch_id === ctx.actor.branchId;
  const me = ctx.actor.partyId ?? ctx.actor.id;
  return app.owner_id === me || (ctx.actor.partyId !== undefined && (app.party_id === me || app.co_party_id === me));
}

/** Refuses as if it did not exist what the actor may not see. May raise application.not_found. */
export function requireWithinScope(ctx: Context, scope: "tenant" | "branch" | "own", app: ApplicationRow): ApplicationRow {
  if (!withinScope(ctx, scope, app)) throw problem("application.not_found");
  return app;
}
