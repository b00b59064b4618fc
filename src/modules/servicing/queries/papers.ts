import { isIsoDate, nextDue, overdueOf, type Parts } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { moneyText, renderDocument, type Locale } from "#modules/documents/index.ts";
import { problem as loanProblem } from "../problems.ts";
import { viewLoan, type LoanView } from "./get-loan-account.ts";
import { all, moneyOf } from "./present.ts";
import { problem } from "./problems.ts";

type Language = "en" | "hi";
type Transaction = LoanView["state"]["transactions"][number];

/** What a line of a statement is called; a kind that is not here is called a change. */
const KINDS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  disbursement: { en: "Paid out", hi: "भुगतान किया गया" }, repayment: { en: "Payment received", hi: "भुगतान मिला" },
  charge_payment_at_disbursement: { en: "Fee kept back at payout", hi: "भुगतान से काटा शुल्क" }, charge_waiver: { en: "Charge waived", hi: "शुल्क माफ़" }, charge_off: { en: "Moved to recovery", hi: "वसूली में भेजा" },
};
const PARTS: Readonly<Record<keyof Parts, Readonly<Record<Language, string>>>> = {
  penalty: { en: "Penal charges", hi: "दंड शुल्क" }, fee: { en: "Fees", hi: "शुल्क" }, interest: { en: "Interest", hi: "ब्याज" }, principal: { en: "Principal", hi: "मूलधन" },
};
const CHANNELS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  bank_transfer: { en: "Bank transfer", hi: "बैंक ट्रांसफ़र" }, cash: { en: "Cash", hi: "नकद" }, cheque: { en: "Cheque", hi: "चेक" }, card: { en: "Card", hi: "कार्ड" }, mandate: { en: "Autopay", hi: "ऑटोपे" }, other: { en: "Other", hi: "अन्य" },
};

/** What was lent and paid between two days, both counted, as a PDF; nothing is stored. May raise loan.not_found, loan.date_out_of_range. */
export async function renderStatement(ctx: Context, input: { loanAccountId: string; from?: string; to?: string; language?: Language }): Promise<Buffer> {
  const { view, lender } = await read(ctx, input.loanAccountId);
  const { loan, state } = view;
  const [from, to] = [input.from ?? state.terms.disbursementDate, input.to ?? view.asOf];
  if (!isIsoDate(from) || !isIsoDate(to) || from > to) throw problem("loan.date_out_of_range", "Choose a first day that is not after the last.");
  const m = moneyOf(loan.currency);
  const language = input.language ?? "en";
  const facts = state.transactions.filter((t) => t.type !== "accrual" && !t.reversed);
  const balanceOn = (before: (t: Transaction) => boolean) => m(facts.filter(before).at(-1)?.balanceAfter ?? 0);
  const due = nextDue(state, view.asOf);
  return renderDocument("statement", {
    ...letterhead(view, lender), fromDate: from, toDate: to, openingPrincipal: balanceOn((t) => t.date < from), closingPrincipal: balanceOn((t) => t.date <= to), overdue: m(all(overdueOf(state, view.asOf))),
    ...(due === null ? {} : { nextDueDate: due.dueDate, nextDue: m(due.total) }),
    transactions: facts.filter((t) => t.date >= from && t.date <= to).map((t) => ({
      valueDate: t.date, text: lineText(t, language, loan.currency), ...(t.type === "disbursement" ? { debit: m(t.amount) } : { credit: m(t.amount) }), balance: m(t.balanceAfter),
    })),
  }, localeOf(lender.locale, language));
}

/** The receipt of one payment as a PDF; nothing is stored. May raise loan.not_found, loan.event_not_found. */
export async function renderReceipt(ctx: Context, input: { loanAccountId: string; eventId: string; language?: Language }): Promise<Buffer> {
  const { view, lender } = await read(ctx, input.loanAccountId);
  const { loan, state } = view;
  const paid = state.transactions.find((t) => t.eventId === input.eventId && t.type === "repayment" && !t.reversed);
  const event = state.events.find((e) => e.id === input.eventId);
  if (paid === undefined || event?.type !== "paymentReceived") throw loanProblem("loan.event_not_found");
  const m = moneyOf(loan.currency);
  const language = input.language ?? "en";
  const lines = (Object.keys(PARTS) as (keyof Parts)[]).filter((part) => paid.parts[part] > 0).map((part) => ({ name: PARTS[part][language], amount: m(paid.parts[part]) }));
  const over = paid.amount - all(paid.parts);
  return renderDocument("receipt", {
    ...letterhead(view, lender), receiptNumber: paid.eventId, receivedDate: paid.date, amount: m(paid.amount), channel: CHANNELS[event.channel ?? "other"]?.[language] ?? event.channel ?? "–",
    allocation: over > 0 ? [...lines, { name: language === "hi" ? "अधिक भुगतान" : "Paid in excess", amount: m(over) }] : lines, outstanding: m(paid.balanceAfter),
  }, localeOf(lender.locale, language));
}

interface Lender { readonly name: string; readonly locale: string }

async function read(ctx: Context, loanAccountId: string): Promise<{ view: LoanView; lender: Lender }> {
  return ctx.read(async (tx) => ({ view: await viewLoan(tx, loanAccountId), lender: await currentTenant(tx) }));
}

function letterhead(view: LoanView, lender: Lender) {
  return { lender: { name: lender.name }, borrower: { name: view.loan.borrower_name }, reference: view.loan.number, issuedDate: view.asOf };
}

function lineText(t: Transaction, language: Language, currency: string): string {
  const name = KINDS[t.type]?.[language] ?? (language === "hi" ? "बदलाव" : "Change");
  const parts = (Object.keys(PARTS) as (keyof Parts)[]).filter((part) => t.parts[part] > 0);
  if (t.type !== "repayment") return name;
  return `${name}: ${parts.map((part) => `${PARTS[part][language]} ${moneyText(moneyOf(currency)(t.parts[part]))}`).join(", ")}`;
}

/** Hindi papers are written for Indian lenders only; the grouping of digits goes with the currency. */
function localeOf(lenderLocale: string, language: Language): Locale {
  return language === "hi" && lenderLocale.endsWith("IN") ? "hi-IN" : (lenderLocale as Locale);
}
