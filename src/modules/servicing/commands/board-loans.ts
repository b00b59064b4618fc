import Value from "typebox/value";
import type { Static } from "typebox";
import { buildSchedule, EngineRefusal, formatRate, fromMoneyJson, isoDate, rate, replay, type LoanTerms, type MoneyJson, type Schedule } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { Problem, type FieldError } from "#kernel/problems.ts";
import { registerParty, type PartyInput } from "#modules/parties/index.ts";
import { currentVersion, scheduleHashOf, type ProductVersion } from "#modules/products/index.ts";
import { FundedLoanFile, type BoardingResult } from "../contract.ts";
import { positionOf } from "../domain/position.ts";
import { moneyOf } from "../queries/present.ts";
import { readLoan } from "../store.ts";
import { bookLoan } from "./book-loan.ts";

type Result = Static<typeof BoardingResult>["loans"][number];

/**
 * Takes funded loans from another system into the books, each by itself: a loan that does not give the schedule that was signed is
 * refused with its reasons, and the others go on. The same file twice makes one loan.
 */
export async function boardLoans(ctx: Context, files: readonly unknown[]): Promise<Static<typeof BoardingResult>> {
  requirePermission(ctx.actor, "loan.account.board");
  return ctx.transaction(async (tx) => {
    const loans: Result[] = [];
    for (const [line, file] of files.entries()) loans.push(await boardOne(tx, ctx, line, file));
    const count = (state: Result["state"]) => loans.filter((l) => l.state === state).length;
    return { boarded: count("boarded"), duplicate: count("duplicate"), refused: count("refused"), loans };
  });
}

async function boardOne(tx: Tx, ctx: Context, line: number, file: unknown): Promise<Result> {
  const none: Result = { line, reference: null, state: "refused", loanAccountId: null, number: null, scheduleHash: null, principal: null, errors: [] };
  if (!Value.Check(FundedLoanFile, file)) {
    const errors = [...Value.Errors(FundedLoanFile, file)].slice(0, 20).map((e) => ({ pointer: e.instancePath, code: `field.${e.keyword.toLowerCase()}`, detail: `It ${e.message}.` }));
    return { ...none, errors: errors.length === 0 ? [{ pointer: "", code: "field.form", detail: "This is no loanwright-funded-loan/1 file." }] : errors };
  }
  const head: Result = { ...none, reference: file.loan.reference, scheduleHash: file.loan.scheduleHash };
  await tx.client.query("SAVEPOINT boarding");
  try {
    const done = await board(tx, ctx, file);
    await tx.client.query("RELEASE SAVEPOINT boarding");
    return { ...head, ...done };
  } catch (error) {
    // A refusal takes back what this loan had begun; a fault ends the whole command.
    if (!(error instanceof Problem)) throw error;
    await tx.client.query("ROLLBACK TO SAVEPOINT boarding");
    const errors: FieldError[] = error.errors.length === 0 ? [{ pointer: "", code: error.code, detail: error.message }] : [...error.errors];
    return { ...head, errors };
  }
}

async function board(tx: Tx, ctx: Context, file: FundedLoanFile): Promise<Partial<Result> & Pick<Result, "state">> {
  // One at a time for one contract, so that two deliveries of a file cannot both find nothing.
  const origin = `${file.lender.slug}:${file.application.id}`;
  await tx.run("servicing.boarding.lock", "SELECT pg_advisory_xact_lock(hashtextextended($1::text || '/boarding/' || $2::text, 0))", [tx.tenantId, origin]);
  const m = moneyOf(file.loan.amount.currency);
  const known = await tx.maybe<{ id: string; number: string; principal_minor: bigint }>("servicing.boarding.known", "SELECT id, number, principal_minor FROM servicing.loan_account WHERE application_id = $1 ORDER BY id LIMIT 1", [file.application.id]);
  if (known !== undefined) return { state: "duplicate", loanAccountId: known.id, number: known.number, principal: m(known.principal_minor) };
  const version = await currentVersion(tx, file.product.code);
  const errors = seamErrors(file, version, tx.businessDate);
  if (errors.length > 0) return { state: "refused", errors };
  const partyIds: string[] = [];
  for (const party of file.parties) partyIds.push((await registerParty(tx, ctx, personOf(party), { branchId: file.loan.branchId ?? undefined })).partyId);
  const terms = file.loan.terms as unknown as LoanTerms;
  const { loanAccountId, number } = await bookLoan(tx, ctx, { productVersionId: version.id, terms, scheduleHash: file.loan.scheduleHash, partyIds: [...new Set(partyIds)], branchId: file.loan.branchId, applicationId: file.application.id });
  await proveOpening(tx, file, loanAccountId);
  await audit.record(tx, ctx, { action: "loan.account.boarded", subject: loanAccountId, after: { fileId: file.fileId, lender: file.lender.slug, reference: file.loan.reference, scheduleHash: file.loan.scheduleHash } });
  return { state: "boarded", loanAccountId, number, principal: m(terms.principal) };
}

function personOf(party: FundedLoanFile["parties"][number]): PartyInput {
  const { givenName, familyName, birthDate, phone, email, address, identifiers } = party;
  return {
    givenName: givenName ?? undefined, familyName: familyName ?? undefined, birthDate: birthDate ?? undefined, phone: phone ?? undefined, email: email ?? undefined, address: address ?? undefined, identifiers,
  };
}

/** Everything in which the file differs from what the engine makes of its terms, to the cent. */
function seamErrors(file: FundedLoanFile, version: ProductVersion, businessDate: string): FieldError[] {
  const { loan } = file;
  const errors: FieldError[] = [];
  const differs = (pointer: string, told: unknown, made: unknown) => {
    if (told !== made) errors.push({ pointer, code: "boarding.differs", detail: `The file says ${String(told)}, its terms make ${String(made)}.` });
  };
  if (version.definitionHash !== file.product.definitionHash) errors.push({ pointer: "/product/definitionHash", code: "boarding.product_differs", detail: `Product ${file.product.code} is another one here; install the same version first.` });
  const made = scheduleOf(loan.terms);
  if (made === null) return [...errors, { pointer: "/loan/terms", code: "boarding.terms_refused", detail: "The engine can make no schedule of these terms." }];
  const { terms, schedule } = made;
  const text = (minor: number) => moneyOf(terms.currency)(minor);
  differs("/loan/scheduleHash", loan.scheduleHash, scheduleHashOf(terms, schedule));
  differs("/loan/annualRate", Number(loan.annualRate), Number(formatRate(rate(terms.interest.ratePpb))));
  differs("/loan/valueDate", loan.valueDate, terms.disbursementDate);
  differs("/loan/firstDueDate", loan.firstDueDate, schedule.rows[0]?.dueDate);
  differs("/loan/lastDueDate", loan.lastDueDate, schedule.rows.at(-1)?.dueDate);
  differs("/loan/totals/installments", loan.totals.installments, schedule.rows.length);
  const amounts: [string, MoneyJson, number][] = [
    ["/loan/amount", loan.amount, terms.principal], ["/loan/installment", loan.installment, schedule.installmentAmount], ["/loan/totals/principal", loan.totals.principal, schedule.totals.principal],
    ["/loan/totals/interest", loan.totals.interest, schedule.totals.interest],
  ];
  for (const [pointer, told, minor] of amounts) differs(pointer, sayMoney(told), sayMoney(text(minor)));
  const disbursed = file.events[0];
  if (file.events.length !== 1 || disbursed === undefined) errors.push({ pointer: "/events", code: "boarding.events", detail: "The file must hold the payout, once." });
  else {
    differs("/events/0/amount", sayMoney(disbursed.amount), sayMoney(text(terms.principal)));
    differs("/events/0/valueDate", disbursed.valueDate, terms.disbursementDate);
  }
  if (terms.disbursementDate > businessDate) errors.push({ pointer: "/loan/valueDate", code: "boarding.future", detail: `The books are on ${businessDate}; board the loan on its day or later.` });
  return errors;
}

function sayMoney(json: MoneyJson): string {
  try {
    return `${fromMoneyJson(json).minor} ${json.currency}`;
  } catch (error) {
    if (error instanceof RangeError) return `${json.amount} ${json.currency}`;
    throw error;
  }
}

/** Terms of another system are data: whatever the engine cannot read is refused, never half taken. */
function scheduleOf(given: Record<string, unknown>): { terms: LoanTerms; schedule: Schedule } | null {
  const terms = given as unknown as LoanTerms;
  try {
    return { terms, schedule: buildSchedule(terms) };
  } catch (error) {
    if (error instanceof EngineRefusal || error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

/** The opening balance in the books is what the file's own facts make, run through the engine from nothing. @throws RangeError */
async function proveOpening(tx: Tx, file: FundedLoanFile, loanAccountId: string): Promise<void> {
  const loan = await readLoan(tx, loanAccountId);
  const today = isoDate(tx.businessDate);
  const events = file.events.map((e, i) => ({ type: "disbursed" as const, id: `${file.fileId}:${i}`, sequence: i + 1, valueDate: isoDate(e.valueDate), businessDate: today, amount: Number(fromMoneyJson(e.amount).minor) }));
  const opening = positionOf(replay(loan.state.terms, events, today), today);
  if (BigInt(opening.principal) !== loan.principal_minor || BigInt(opening.interest) !== loan.interest_minor) {
    throw new RangeError(`boarded loan ${loan.number}: the books hold ${loan.principal_minor} and ${loan.interest_minor}, its facts make ${opening.principal} and ${opening.interest}`);
  }
}
