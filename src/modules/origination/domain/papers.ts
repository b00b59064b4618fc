import { money, toMoneyJson, type MoneyJson } from "#engine/index.ts";
import { dateText, moneyText, type DocumentData, type Locale } from "#modules/documents/index.ts";
import type { ProductDefinition, Quote } from "#modules/products/index.ts";
import type { Reason } from "./policy.ts";

/** Data of the papers origination issues: everything about money comes from one quote. */
export interface PaperFrame {
  readonly lender: { readonly name: string; readonly settings: Readonly<Record<string, unknown>> };
  readonly borrower: { readonly name: string; readonly address?: string };
  /** Who owes it beside the borrower. */
  readonly coBorrowers?: readonly string[];
  readonly reference: string;
  readonly issuedDate: string;
  readonly productName: string;
}

export function localeOf(regime: ProductDefinition["regime"], locale: string): Locale {
  if (regime === "US_REG_Z") return "en-US";
  return locale === "hi" ? "hi-IN" : "en-IN";
}

function letterhead({ lender, borrower, reference, issuedDate }: PaperFrame) {
  const given = (lender.settings["letterhead"] ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof given[name] === "string" ? given[name] : undefined);
  return { lender: { name: lender.name, address: text("address"), registration: text("registration"), phone: text("phone"), email: text("email"), website: text("website") }, borrower, reference, issuedDate };
}

const m = (q: Quote, minor: number): MoneyJson => toMoneyJson(money(minor, q.currency));

function rowsOf(q: Quote) {
  return q.schedule.rows.map((row) => ({ number: row.number, dueDate: row.dueDate, opening: m(q, row.balance + row.principal), principal: m(q, row.principal), interest: m(q, row.interest), total: m(q, row.total), balance: m(q, row.balance) }));
}

function feeRows(q: Quote, locale: Locale) {
  const word = (label: Readonly<Record<string, string>>) => label[locale.slice(0, 2)] ?? label["en"] ?? "";
  return q.fees.filter((fee) => fee.amountMinor > 0).map((fee) => ({ name: word(fee.label), amount: m(q, fee.amountMinor + fee.taxMinor), note: fee.taxMinor > 0 ? `incl. tax ${m(q, fee.taxMinor).amount}` : fee.deducted ? "kept back from the payout" : undefined }));
}

/** The agreement both sides sign. */
export function agreementData(frame: PaperFrame, definition: ProductDefinition, q: Quote, locale: Locale): DocumentData["agreement"] {
  return {
    ...letterhead(frame), ...(frame.coBorrowers === undefined ? {} : { coBorrowers: frame.coBorrowers }), productName: frame.productName, amount: m(q, q.amountMinor), netDisbursed: m(q, q.netDisbursedMinor), annualRate: q.annualRate, apr: q.apr, installments: q.schedule.rows.length, installment: m(q, q.installmentMinor),
    firstDueDate: q.firstDueDate, maturityDate: q.lastDueDate, disbursementDate: q.terms.disbursementDate, fees: feeRows(q, locale), totals: { principal: m(q, q.amountMinor), interest: m(q, q.interestMinor), total: m(q, q.amountMinor + q.interestMinor) },
    schedule: rowsOf(q), clauses: clauses(definition, q),
  };
}

function clauses(d: ProductDefinition, q: Quote): DocumentData["agreement"]["clauses"] {
  const perDay = q.terms.model === "daily_simple";
  return [
    { title: "The loan", text: "The lender pays the net amount to the account the borrower named. Interest runs from the day of the payout. If the payout is made on another day than assumed here, due dates stay and the first interest is counted to the day." },
    { title: "Interest", text: perDay ? "Interest is counted by the day on the principal really owed, actual days over 365. Paying early costs less interest, paying late costs more." : "Interest is counted on the declining principal for each period of the schedule." },
    { title: "Paying early", text: "The borrower may pay any amount ahead, or all of it, at any time." },
    { title: "Paying late", text: d.penalCharge !== null ? `On an amount overdue for more than ${d.penalCharge.graceDays} days a penal charge at ${percent(d.penalCharge.annualRate)} a year is made. It is not added to the principal and bears no interest.` : d.lateFee !== null ? `An installment more than ${d.lateFee.graceDays} days late costs a late fee of ${d.lateFee.value} ${q.currency}, once.` : "There is no charge for lateness." },
    { title: "This agreement", text: `Its schedule has the fingerprint ${q.scheduleHash}. Both sides keep this document; its own fingerprint is in the record of the signature.` },
  ];
}

function percent(fraction: string): string {
  return `${Math.round(Number(fraction) * 10_000) / 100} %`;
}

/** The key facts statement an Indian borrower gets before the agreement. @source RBI, "Key Facts Statement (KFS) for Loans & Advances", 15 April 2024 */
export function keyFactsData(frame: PaperFrame, d: ProductDefinition, q: Quote, validUntilDate: string): DocumentData["key-facts-in"] {
  const officer = (frame.lender.settings["grievanceOfficer"] ?? {}) as Readonly<Record<string, string>>;
  return {
    ...letterhead(frame), loanType: frame.productName, amount: m(q, q.amountMinor), disbursalSchedule: "In one payment, after the agreement is signed", termText: `${q.schedule.rows.length} months`, installmentType: "Equated monthly installments",
    installments: q.schedule.rows.length, installment: m(q, q.installmentMinor), firstDueDate: q.firstDueDate, annualRate: q.annualRate, rateType: "Fixed",
    fees: q.fees.filter((fee) => fee.amountMinor > 0).map((fee) => ({ name: `${fee.label["en"] ?? fee.code} with tax`, payableTo: "lender" as const, frequency: "one_time" as const, amount: m(q, fee.amountMinor + fee.taxMinor) })),
    feesToLender: m(q, q.feesMinor), feesToThirdParties: m(q, 0), totalInterest: m(q, q.interestMinor), netDisbursed: m(q, q.netDisbursedMinor), totalPayable: m(q, q.amountMinor + q.interestMinor), apr: q.apr,
    contingent: {
      penalCharge: d.penalCharge === null ? "None" : `${percent(d.penalCharge.annualRate)} a year on the overdue amount, after ${d.penalCharge.graceDays} days, not compounded`, otherPenal: "None", foreclosure: "None", switching: "Not applicable: fixed rate", other: d.bounceFee === undefined ? "None" : `${moneyText({ amount: d.bounceFee.value, currency: q.currency })} for each debit under a mandate that the bank returns`,
    },
    recoveryClause: "Clause 4 of the agreement", grievanceClause: "Grievance officer below; then the Reserve Bank's Integrated Ombudsman Scheme",
    grievanceOfficer: { name: officer["name"] ?? "Grievance Officer", phone: officer["phone"] ?? "–", email: officer["email"] ?? "–" }, transferable: false, coolingOffDays: 3, recoveryAgents: "None appointed at the time of the agreement", validUntilDate, schedule: rowsOf(q),
  };
}

/** The Truth in Lending disclosure. @source 12 CFR 1026.18 */
export function truthInLendingData(frame: PaperFrame, d: ProductDefinition, q: Quote): DocumentData["truth-in-lending"] {
  const { rows } = q.schedule;
  const prepaid = q.financeChargeMinor - q.interestMinor;
  const last = rows.at(-1);
  const level = rows.slice(0, -1);
  const [first] = level;
  return {
    ...letterhead(frame), apr: q.apr, financeCharge: m(q, q.financeChargeMinor), amountFinanced: m(q, q.amountMinor - prepaid), totalOfPayments: m(q, q.amountMinor + q.interestMinor), noteRate: q.annualRate,
    payments: [...(first === undefined ? [] : [{ count: level.length, amount: m(q, first.total), when: `Monthly, beginning ${dateText(first.dueDate, "en-US")}` }]), ...(last === undefined ? [] : [{ count: 1, amount: m(q, last.total), when: dateText(last.dueDate, "en-US") }])],
    security: "This loan is not secured.", lateCharge: d.lateFee === null ? "None." : `If a payment is more than ${d.lateFee.graceDays} days late, you will be charged ${moneyText({ amount: d.lateFee.value, currency: q.currency })}.`,
    prepayment: "If you pay off early, you will not have to pay a penalty. The prepaid finance charge is not refunded.", itemization: { toYou: m(q, q.netDisbursedMinor), toOthers: [], prepaidFinanceCharge: m(q, prepaid) },
  };
}

/** The letter that says why not. @source 12 CFR 1002.9(b) */
export function adverseActionData(frame: PaperFrame, regime: ProductDefinition["regime"], appliedDate: string, reasons: readonly Reason[], score?: { value: number; low: number; high: number; date: string; model: string; factors: readonly string[] }): DocumentData["adverse-action"] {
  const bureau = (frame.lender.settings["bureau"] ?? undefined) as { name: string; address: string; phone: string } | undefined;
  return {
    ...letterhead(frame), regime: regime === "US_REG_Z" ? "US" : "IN", productName: frame.productName, appliedDate, action: "declined", reasons: reasons.slice(0, 4).map((reason) => reason.text),
    ...(bureau === undefined ? {} : { bureau }), ...(score === undefined ? {} : { score }), agency: regime === "US_REG_Z" ? "Federal Trade Commission, Equal Credit Opportunity, Washington, DC 20580" : undefined,
  };
}
