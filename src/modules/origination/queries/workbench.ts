import type { Static } from "typebox";
import { fromMoneyJson, money, parseAmount, toMoneyJson, type MoneyJson } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { getProductVersion, quote, quoteJson } from "#modules/products/index.ts";
import { birthDateOf, checksOf, factsFor } from "../commands/gather-facts.ts";
import type { TraceJson, TrackerJson, WorkbenchJson } from "../contract.ts";
import { weigh } from "../domain/policy.ts";
import { STATES, waitingOn, type ApplicationState } from "../domain/state-machine.ts";
import { problem } from "../problems.ts";
import type { ApplicationRow } from "../store.ts";
import { applicationItem, listChecks, presentDecision, type DecisionRow } from "./get-application.ts";

/** What an underwriter needs on one screen; with other terms given, the same as if they had been asked for. Nothing is stored. */
export async function workbench(tx: Tx, ctx: Context, app: ApplicationRow, change: { amount?: MoneyJson; termMonths?: number }): Promise<Static<typeof WorkbenchJson>> {
  const version = await getProductVersion(tx, app.product_version_id);
  const asked = { amountMinor: change.amount === undefined ? app.amount_minor : fromMoneyJson(change.amount).minor, termMonths: change.termMonths ?? app.term_months };
  const checks = await checksOf(tx, app.id);
  const { facts, annualRate } = factsFor(app, birthDateOf(ctx, app), version, asked, checks, tx.businessDate);
  const verdict = await weigh(version.definition, facts);
  const made = quote(version, { amount: money(asked.amountMinor, app.currency), termMonths: asked.termMonths, annualRate, disbursementDate: tx.businessDate });
  const bureau = checks.find((check) => check.kind === "bureau");
  const sum = (name: string) => (typeof app.answers[name] === "string" ? parseAmount(app.answers[name], app.currency).minor : null);
  const [income, owed] = [sum("monthlyIncome"), sum("monthlyObligations")];
  const m = (minor: bigint | null) => (minor === null ? null : toMoneyJson(money(minor, app.currency)));
  const covering = version.definition.authority.filter((row) => parseAmount(row.maximumAmount, app.currency).minor >= asked.amountMinor && (verdict.outcome !== "decline" || row.maximumDeviation >= 1));
  const peers = await tx.one<{ n: bigint; approved: bigint; score: string | null }>("origination.peers",
    `SELECT count(*) AS n, count(*) FILTER (WHERE state IN ('offered', 'accepted', 'signed', 'funding', 'disbursed')) AS approved, avg(score)::numeric(10, 0)::text AS score
     FROM origination.application WHERE product_code = $1 AND id <> $2 AND score IS NOT NULL AND amount_minor BETWEEN $3 * 7 / 10 AND $3 * 13 / 10`, [app.product_code, app.id, asked.amountMinor]);
  return {
    application: await applicationItem(tx, app.id), bureau: (bureau?.result ?? null) as Record<string, unknown> | null, bureauOutcome: bureau?.outcome ?? null, checks: await listChecks(tx, app.id),
    income: { monthlyIncome: m(income), monthlyObligations: m(owed), installment: quoteJson(version.id, made).installment, left: income === null ? null : m(income - (owed ?? 0n) - BigInt(made.installmentMinor)) },
    facts: { ...facts }, score: { score: verdict.scored.score, version: verdict.scored.version, lines: verdict.scored.lines.map((line) => ({ ...line })) },
    policy: { outcome: verdict.outcome, rules: verdict.trace.rules.map(({ outcome, code, text }) => ({ outcome, code, text })), annualRate },
    authority: { needed: covering.map((row) => row.role), mine: covering.some((row) => ctx.actor.roles.some((role) => role === row.role)) },
    peers: { count: Number(peers.n), approved: Number(peers.approved), averageScore: peers.score === null ? null : Number(peers.score) },
  };
}

/** How a stored decision came about, and what the same facts give under a version of the product (its own, unless another is named). May raise application.not_found. */
export async function decisionTrace(tx: Tx, app: ApplicationRow, decisionId: string, otherVersionId: string | undefined): Promise<Static<typeof TraceJson>> {
  const row = await tx.maybe<DecisionRow>("origination.decision.read", "SELECT * FROM origination.decision WHERE id = $1 AND application_id = $2", [decisionId, app.id]);
  if (row === undefined) throw problem("application.not_found", "There is no such decision on this application.");
  const version = await getProductVersion(tx, otherVersionId ?? row.product_version_id);
  const facts = row.facts as Parameters<typeof weigh>[1];
  const again = await weigh(version.definition, facts);
  const stored = (row.trace as { policy: { outcome: string } }).policy.outcome;
  return {
    decision: presentDecision(row, app.currency), facts: row.facts, trace: row.trace, missing: version.definition.scorecard.characteristics.filter((c) => (facts[c.fact] ?? null) === null).map((c) => c.fact),
    replay: { outcome: again.outcome, score: again.scored.score, same: again.outcome === stored && again.scored.score === row.score, productVersionId: version.id },
  };
}

/** Where a borrower's application is, in plain words, and what is theirs to do. */
export async function tracker(tx: Tx, app: ApplicationRow): Promise<Static<typeof TrackerJson>> {
  const { definition } = await getProductVersion(tx, app.product_version_id);
  const words = (en: string, hi: string) => ({ en, hi });
  const requirements = await tx.rows<{ code: string; label: Record<string, string>; state: string; kind: string }>("origination.requirement.tasks", "SELECT code, label, state, kind FROM origination.requirement WHERE application_id = $1 ORDER BY stage, code", [app.id]);
  const after = (state: ApplicationState) => STATES.indexOf(app.state) > STATES.indexOf(state) && !["withdrawn", "expired", "declined"].includes(app.state);
  const step = (code: string, title: Record<string, string>, at: ApplicationState, act: string) => ({ code, title, state: app.state === at ? "owed" as const : after(at) ? "done" as const : undefined, who: "applicant" as const, act });
  const steps = [step("apply", words("Finish your application", "आवेदन पूरा करें"), "draft", "apply"), step("choose_offer", words("Choose an offer", "प्रस्ताव चुनें"), "offered", "offers"), step("sign", words("Read and sign your agreement", "अनुबंध पर हस्ताक्षर करें"), "accepted", "sign")];
  const papers = requirements.filter((r) => r.kind === "paper" && r.state !== "waived").map((r) => ({ code: r.code, title: r.label, state: r.state === "met" ? "done" as const : r.state === "in_review" ? "in_review" as const : "owed" as const, who: r.state === "in_review" ? "lender" as const : "applicant" as const, act: "documents" }));
  const waiting = waitingOn(app.state, definition.flow);
  const stage = definition.flow.find((f) => f.stage === app.state);
  const shown = definition.flow.filter((f) => f.stage !== "referred" || app.state === "referred");
  return {
    applicationId: app.id, number: app.number, state: app.state, stageLabel: stage?.label ?? END_LABELS[app.state] ?? words("Your application", "आपका आवेदन"), waitingOn: waiting === "applicant" || waiting === "nobody" ? waiting : "lender", expectedBy: app.stage_due_at,
    tasks: [...steps.filter((s) => s.state !== undefined).map((s) => ({ ...s, state: s.state ?? "owed" })), ...(app.state === "draft" ? [] : papers)],
    stages: shown.map((f) => ({ stage: f.stage, label: f.label, state: f.stage === app.state ? "now" as const : after(f.stage as ApplicationState) ? "done" as const : "later" as const })),
  };
}

const END_LABELS: Readonly<Partial<Record<ApplicationState, Record<string, string>>>> = {
  draft: { en: "Not handed in yet", hi: "अभी जमा नहीं" }, disbursed: { en: "Paid out", hi: "भुगतान हो गया" }, declined: { en: "Not approved", hi: "स्वीकृत नहीं" }, withdrawn: { en: "Withdrawn", hi: "वापस लिया" }, expired: { en: "Ended", hi: "समाप्त" },
};
