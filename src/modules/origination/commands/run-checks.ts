import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { enqueue } from "#kernel/jobs.ts";
import { addDays, isoDate } from "#engine/index.ts";
import { getProductVersion, type ProductDefinition } from "#modules/products/index.ts";
import { CO } from "../domain/two-borrowers.ts";
import type { Bureau, Kyc, KycKind, Outside, PersonAsked } from "../ports.ts";
import { lockApplication, move, note, openPersonal, type ApplicationRow } from "../store.ts";
import { askedOf, coBorrowerOf, type CoBorrowerRow } from "./co-borrower.ts";
import { accountOf, personOf } from "./start-application.ts";

/** After so many tries without an answer a person takes over. */
export const MAX_ATTEMPTS = 4;
/** A bureau report of the same person not older than this is used again: no second enquiry, no second charge. */
export const REUSE_DAYS = 30;

export interface CheckRow { id: string; kind: string; reference: string; state: string; attempts: number; asked_on: string }
interface Prepared { readonly app: ApplicationRow; readonly definition: ProductDefinition; readonly open: readonly CheckRow[]; readonly consentId: string; readonly businessDate: string; readonly co: CoBorrowerRow | undefined }
export interface Settled { readonly row: CheckRow; readonly state: "answered" | "in_doubt" | "outage"; readonly outcome?: string; readonly result?: unknown; readonly why?: string }

/**
 * Asks what is still to be asked about an application. The questions are saved first, the calls are made outside any transaction, the
 * answers are saved after. A question whose answer may have been lost is looked up under its reference before it is put again.
 *
 * @returns "done" when every question has its answer or was given up; "waiting" when a later try is in the queue
 */
export async function runChecks(ctx: Context, outside: Outside, applicationId: string): Promise<"done" | "waiting" | "elsewhere"> {
  const prepared = await ctx.transaction((tx) => prepare(tx, ctx, applicationId));
  if (prepared === undefined) return "elsewhere";
  if (prepared.open.length === 0) return "done";
  const settled = await Promise.all(prepared.open.map((row) => ask(outside, prepared, row, ctx)));
  return ctx.transaction((tx) => save(tx, ctx, applicationId, settled));
}

async function prepare(tx: Tx, ctx: Context, applicationId: string): Promise<Prepared | undefined> {
  let app = await lockApplication(tx, applicationId);
  const { definition } = await getProductVersion(tx, app.product_version_id);
  if (app.state === "submitted") app = await move(tx, ctx, app, definition, "verify", { summary: "Checks begin" });
  if (app.state !== "verifying") return undefined;
  const known = await tx.rows<CheckRow>("origination.check.of_application", "SELECT id, kind, reference, state, attempts, asked_on FROM origination.check_request WHERE application_id = $1", [applicationId]);
  const open = known.filter((row) => row.state !== "answered" && row.state !== "given_up");
  const co = await coBorrowerOf(tx, applicationId);
  // The account is where the applicant is paid; everything else is asked about each of the two.
  const wanted = [...definition.checks.map((kind) => ({ kind: kind as string, partyId: app.party_id })), ...(co === undefined ? [] : definition.checks.filter((kind) => kind !== "bank_account").map((kind) => ({ kind: `${CO}${kind}`, partyId: co.party_id })))];
  for (const { kind, partyId } of wanted) {
    if (known.some((row) => row.kind === kind)) continue;
    if (kind === "bureau" && (await reuseReport(tx, ctx, app))) continue;
    const row: CheckRow = { id: ctx.ids.next("chk"), kind, reference: `${applicationId}:${kind}`, state: "asked", attempts: 0, asked_on: tx.businessDate };
    await tx.run("origination.check.insert", "INSERT INTO origination.check_request (id, application_id, party_id, kind, reference, state, asked_on, asked_at) VALUES ($1, $2, $3, $4, $5, 'asked', $6, $7)",
      [row.id, applicationId, partyId, kind, row.reference, tx.businessDate, tx.now]);
    open.push(row);
  }
  // From now on a lost answer is a doubt: the next try looks the reference up first.
  if (open.length > 0) await tx.run("origination.check.try", "UPDATE origination.check_request SET attempts = attempts + 1 WHERE id = ANY($1)", [open.map((row) => row.id)]);
  const consent = await tx.maybe<{ id: string }>("origination.consent.bureau", "SELECT id FROM origination.consent WHERE application_id = $1 AND purpose = 'credit_bureau' AND given AND party_id IS NULL ORDER BY id DESC LIMIT 1", [applicationId]);
  return { app, definition, open, consentId: consent?.id ?? "none", businessDate: tx.businessDate, co };
}

async function reuseReport(tx: Tx, ctx: Context, app: ApplicationRow): Promise<boolean> {
  const earlier = await tx.maybe<{ id: string; outcome: string; asked_on: string }>("origination.check.reusable",
    `SELECT id, outcome, asked_on FROM origination.check_request WHERE party_id = $1 AND kind = 'bureau' AND state = 'answered' AND outcome IN ('hit', 'no_record') AND reused_from IS NULL AND asked_on >= $2 ORDER BY asked_on DESC, id DESC LIMIT 1`,
    [app.party_id, addDays(isoDate(tx.businessDate), -REUSE_DAYS)]);
  if (earlier === undefined) return false;
  await tx.run("origination.check.reuse",
    `INSERT INTO origination.check_request (id, application_id, party_id, kind, reference, state, outcome, result, reused_from, asked_on, asked_at, answered_at)
     SELECT $1, $2, party_id, kind, $3, 'answered', outcome, result, id, asked_on, asked_at, $4 FROM origination.check_request WHERE id = $5`,
    [ctx.ids.next("chk"), app.id, `${app.id}:bureau`, tx.now, earlier.id]);
  await note(tx, ctx, app.id, { kind: "check", summary: `Credit report of ${earlier.asked_on} used again` });
  return true;
}

async function ask(outside: Outside, prepared: Prepared, row: CheckRow, ctx: Context): Promise<Settled> {
  if (prepared.co !== undefined && row.kind.startsWith(CO)) return askAboutCo(outside, prepared, prepared.co, row, ctx);
  const personal = openPersonal(ctx, prepared.app);
  const person = personOf(prepared.definition, personal) as PersonAsked;
  if (row.kind === "bureau") return askBureau(outside.bureau, prepared, row, person);
  const identifier = row.kind === "bank_account" ? accountOf(prepared.definition, personal) : identifierFor(row.kind, person);
  return askKyc(outside.kyc, row, { reference: row.reference, kind: row.kind as KycKind, person, identifier, asOf: row.asked_on });
}

/** The same questions about the co-borrower, who has consented to them for themselves when they joined. */
async function askAboutCo(outside: Outside, prepared: Prepared, co: CoBorrowerRow, row: CheckRow, ctx: Context): Promise<Settled> {
  const person = askedOf(ctx, prepared.app, prepared.definition, co);
  const kind = row.kind.slice(CO.length);
  if (kind === "bureau") return askBureau(outside.bureau, prepared, row, person);
  return askKyc(outside.kyc, row, { reference: row.reference, kind: kind as KycKind, person, identifier: identifierFor(kind, person), asOf: row.asked_on });
}

function identifierFor(kind: string, person: PersonAsked): { scheme: string; value: string } | undefined {
  const wanted = kind === "identity" ? undefined : kind.toUpperCase();
  return kind === "sanctions" || kind === "address" ? undefined : (person.identifiers.find((i) => i.scheme === wanted) ?? person.identifiers[0]);
}

async function askBureau(bureau: Bureau, prepared: Prepared, row: CheckRow, person: PersonAsked): Promise<Settled> {
  const earlier = row.attempts > 0 ? await bureau.find(row.reference, person) : { kind: "unknown" as const };
  const country = prepared.definition.regime === "IN_RBI" ? "IN" as const : "US" as const;
  const answer = earlier.kind === "unknown" ? await bureau.enquire({ reference: row.reference, kind: "soft", consentId: prepared.consentId, country, asOf: row.asked_on, person }) : earlier;
  switch (answer.kind) {
    case "hit": return { row, state: "answered", outcome: "hit", result: answer.report };
    case "no_record": return { row, state: "answered", outcome: "no_record", result: { reportId: answer.reportId } };
    case "wrong_person": return { row, state: "answered", outcome: "wrong_person", result: {} };
    case "refused": return { row, state: "answered", outcome: "refused", result: { why: answer.why } };
    case "outage": return { row, state: "outage", why: answer.why };
    default: return { row, state: "in_doubt", why: answer.why };
  }
}

export async function askKyc(kyc: Kyc, row: CheckRow, question: Parameters<Kyc["verify"]>[0]): Promise<Settled> {
  const earlier = row.attempts > 0 ? await kyc.find(row.reference) : { kind: "unknown" as const };
  const answer = earlier.kind === "unknown" ? await kyc.verify(question) : earlier;
  switch (answer.kind) {
    case "clear": case "mismatch": case "no_record": case "hit": return { row, state: "answered", outcome: answer.kind, result: answer.result };
    case "pending": return { row, state: "in_doubt", outcome: "pending", result: answer.result, why: "still pending there" };
    case "refused": return { row, state: "answered", outcome: "refused", result: { why: answer.why } };
    case "outage": return { row, state: "outage", why: answer.why };
    default: return { row, state: "in_doubt", why: answer.why };
  }
}

async function save(tx: Tx, ctx: Context, applicationId: string, settled: readonly Settled[]): Promise<"done" | "waiting" | "elsewhere"> {
  const app = await lockApplication(tx, applicationId);
  if (app.state !== "verifying") return "elsewhere";
  let waiting = false;
  for (const { row, state, outcome, result } of settled) {
    const givenUp = state !== "answered" && row.attempts + 1 >= MAX_ATTEMPTS;
    if (state !== "answered" && !givenUp) waiting = true;
    await tx.run("origination.check.save", "UPDATE origination.check_request SET state = $2, outcome = $3, result = $4, answered_at = $5 WHERE id = $1 AND state <> 'answered'",
      [row.id, givenUp ? "given_up" : state, outcome ?? null, result === undefined ? null : JSON.stringify(result), state === "answered" ? tx.now : null]);
  }
  const summary = settled.map(({ row, state, outcome, why }) => `${row.kind}: ${outcome ?? state.replace("_", " ")}${why === undefined ? "" : ` (${why})`}`).join(", ");
  await note(tx, ctx, applicationId, { kind: "check", summary: summary.slice(0, 500) });
  await audit.record(tx, ctx, { action: "application.check.answered", subject: applicationId, after: Object.fromEntries(settled.map((s) => [s.row.kind, s.outcome ?? s.state])) });
  if (waiting) await enqueue(tx, ctx, "origination.advance", { applicationId }, { startAfterSeconds: 5 * 2 ** Math.max(...settled.map((s) => s.row.attempts)), singletonKey: `advance:${applicationId}` });
  return waiting ? "waiting" : "done";
}
