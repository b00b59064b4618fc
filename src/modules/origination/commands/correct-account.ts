import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { getProductVersion } from "#modules/products/index.ts";
import { checkAnswers } from "../domain/form.ts";
import type { Kyc, PersonAsked } from "../ports.ts";
import { problem } from "../problems.ts";
import { lockApplication, note, openPersonal, requireWithinScope, saveApplication, sealPersonal } from "../store.ts";
import { MANDATE_ACCOUNT } from "./fund.ts";
import { askKyc, type CheckRow } from "./run-checks.ts";
import { personOf } from "./start-application.ts";

/**
 * Writes another account to pay into on a signed case whose payout the bank refused, or whose account turned out to be wrong. The account
 * is checked anew to be the applicant's, and the payout still takes two people, who see the new one.
 * May raise application.not_found, .wrong_state, .incomplete.
 * @returns the outcome of the account check; anything but "clear" keeps the payout back
 */
export async function correctPayoutAccount(ctx: Context, kyc: Kyc, input: { readonly applicationId: string; readonly account: string; readonly reason: string }): Promise<{ outcome: string }> {
  const scope = requirePermission(ctx.actor, "application.funding.propose");
  const asked = await ctx.transaction(async (tx) => {
    const app = requireWithinScope(ctx, scope, await lockApplication(tx, input.applicationId));
    if (app.state !== "signed") throw problem("application.wrong_state", `Application ${app.number} is ${app.state}.`);
    const { definition } = await getProductVersion(tx, app.product_version_id);
    const field = definition.form.flatMap((page) => page.fields).find((each) => each.kind === "account");
    if (field === undefined) throw problem("application.unknown_step", "This product's form asks for no account.");
    const before = openPersonal(ctx, app);
    const checked = checkAnswers(definition, app.currency, { ...app.answers, ...before, [field.name]: input.account });
    const wrong = checked?.errors.filter((e) => e.pointer === `/answers/${field.name}`) ?? [];
    if (wrong.length > 0) throw problem("application.incomplete", undefined, { errors: wrong.map((e) => ({ ...e, pointer: "/account" })) });
    // What the borrower let us debit with the signature stays the account they named then.
    const personal = { ...before, [MANDATE_ACCOUNT]: before[MANDATE_ACCOUNT] ?? before[field.name], [field.name]: checked?.values[field.name] };
    await saveApplication(tx, { ...app, sealed_person: sealPersonal(ctx, app.wrapped_key, app.id, personal) });
    const { n } = await tx.one<{ n: bigint }>("origination.check.account_count", "SELECT count(*) AS n FROM origination.check_request WHERE application_id = $1 AND kind = 'bank_account'", [app.id]);
    const row: CheckRow = { id: ctx.ids.next("chk"), kind: "bank_account", reference: `${app.id}:bank_account:${n + 1n}`, state: "asked", attempts: 0, asked_on: tx.businessDate };
    await tx.run("origination.check.insert_account", "INSERT INTO origination.check_request (id, application_id, party_id, kind, reference, state, attempts, asked_on, asked_at) VALUES ($1, $2, $3, $4, $5, 'asked', 1, $6, $7)",
      [row.id, app.id, app.party_id, row.kind, row.reference, row.asked_on, tx.now]);
    await note(tx, ctx, app.id, { kind: "funding", summary: `Another account to pay into: ${input.reason}` });
    await audit.record(tx, ctx, { action: "application.account.corrected", subject: app.id, reason: input.reason });
    return { row, account: { scheme: field.scheme ?? "ACCOUNT", value: String(personal[field.name]) }, person: personOf(definition, personal) };
  });
  const { row } = asked;
  const settled = await askKyc(kyc, row, { reference: row.reference, kind: "bank_account", person: asked.person as PersonAsked, identifier: asked.account, asOf: row.asked_on });
  return ctx.transaction(async (tx) => {
    await tx.run("origination.check.save_account", "UPDATE origination.check_request SET state = $2, outcome = $3, result = $4, answered_at = $5 WHERE id = $1 AND state <> 'answered'",
      [row.id, settled.state, settled.outcome ?? null, settled.result === undefined ? null : JSON.stringify(settled.result), settled.state === "answered" ? tx.now : null]);
    const outcome = settled.outcome ?? settled.state;
    await note(tx, ctx, input.applicationId, { kind: "check", summary: `bank_account: ${outcome}` });
    await audit.record(tx, ctx, { action: "application.check.answered", subject: input.applicationId, after: { bank_account: outcome } });
    return { outcome };
  });
}
