import type { MoneyJson } from "#kernel/http/schemas.ts";

/**
 * What each template is fed with. Days are IsoDate text under names ending in Date, rates decimal fractions under names ending in
 * Rate; the renderer writes them out for the reader.
 */
export interface Letterhead {
  readonly lender: { readonly name: string; readonly address?: string; readonly registration?: string; readonly phone?: string; readonly email?: string; readonly website?: string };
  readonly borrower: { readonly name: string; readonly address?: string };
  /** Loan or application number. */
  readonly reference: string;
  readonly issuedDate: string;
}

export interface ScheduleRow {
  readonly number: number;
  readonly dueDate: string;
  readonly opening?: MoneyJson;
  readonly principal: MoneyJson;
  readonly interest: MoneyJson;
  readonly fees?: MoneyJson;
  readonly total: MoneyJson;
  readonly balance: MoneyJson;
}

export interface FeeRow { readonly name: string; readonly amount: MoneyJson; readonly note?: string }

export interface Agreement extends Letterhead {
  readonly coBorrowers?: readonly string[];
  readonly productName: string;
  readonly amount: MoneyJson;
  readonly netDisbursed: MoneyJson;
  readonly annualRate: string;
  readonly apr: string;
  readonly installments: number;
  readonly installment: MoneyJson;
  readonly firstDueDate: string;
  readonly maturityDate: string;
  readonly disbursementDate?: string;
  readonly fees: readonly FeeRow[];
  readonly totals: { readonly principal: MoneyJson; readonly interest: MoneyJson; readonly total: MoneyJson };
  readonly schedule: readonly ScheduleRow[];
  readonly clauses: readonly { readonly title: string; readonly text: string }[];
  readonly signature?: { readonly name: string; readonly signedAt: string; readonly evidence: string };
}

export interface KeyFactsIn extends Letterhead {
  readonly loanType: string;
  readonly amount: MoneyJson;
  readonly disbursalSchedule: string;
  /** The clause with the stages, when it is not paid out at once. */
  readonly disbursalClause?: string;
  readonly termText: string;
  readonly installmentType: string;
  readonly installments: number;
  readonly installment: MoneyJson;
  readonly firstDueDate: string;
  readonly annualRate: string;
  readonly rateType: string;
  readonly floating?: { readonly benchmark: string; readonly benchmarkRate: string; readonly spreadRate: string; readonly finalRate: string; readonly resetMonthsBenchmark: string; readonly resetMonthsSpread: string; readonly impactInstallment: MoneyJson; readonly impactCount: string };
  readonly fees: readonly { readonly name: string; readonly payableTo: "lender" | "third_party"; readonly frequency: "one_time" | "recurring"; readonly amount: MoneyJson }[];
  readonly feesToLender: MoneyJson;
  readonly feesToThirdParties: MoneyJson;
  readonly totalInterest: MoneyJson;
  readonly netDisbursed: MoneyJson;
  readonly totalPayable: MoneyJson;
  readonly apr: string;
  readonly contingent: { readonly penalCharge: string; readonly otherPenal: string; readonly foreclosure: string; readonly switching: string; readonly other: string };
  readonly recoveryClause: string;
  readonly grievanceClause: string;
  readonly grievanceOfficer: { readonly name: string; readonly phone: string; readonly email: string };
  readonly transferable: boolean;
  readonly coLending?: { readonly originator: string; readonly partner: string; readonly blendedRate: string };
  readonly coolingOffDays: number;
  readonly recoveryAgents: string;
  readonly validUntilDate: string;
  readonly schedule: readonly ScheduleRow[];
}

export interface TruthInLending extends Letterhead {
  readonly apr: string;
  readonly financeCharge: MoneyJson;
  readonly amountFinanced: MoneyJson;
  readonly totalOfPayments: MoneyJson;
  readonly payments: readonly { readonly count: number; readonly amount: MoneyJson; readonly when: string }[];
  readonly security: string;
  readonly lateCharge: string;
  readonly prepayment: string;
  readonly itemization: { readonly toYou: MoneyJson; readonly onYourAccount?: MoneyJson; readonly toOthers: readonly { readonly name: string; readonly amount: MoneyJson }[]; readonly prepaidFinanceCharge: MoneyJson };
  readonly noteRate: string;
}

export interface AdverseAction extends Letterhead {
  readonly regime: "US" | "IN";
  readonly productName: string;
  readonly appliedDate: string;
  readonly action: "declined" | "counteroffer";
  readonly reasons: readonly string[];
  readonly bureau?: { readonly name: string; readonly address: string; readonly phone: string };
  readonly score?: { readonly value: number; readonly low: number; readonly high: number; readonly date: string; readonly factors: readonly string[]; readonly model: string };
  /** The agency that watches this lender, for the notice of Regulation B. */
  readonly agency?: string;
}

export interface Approval extends Letterhead {
  readonly productName: string;
  readonly amount: MoneyJson;
  readonly annualRate: string;
  readonly apr: string;
  readonly installments: number;
  readonly installment: MoneyJson;
  readonly validUntilDate: string;
  readonly conditions: readonly string[];
}

export interface ClosureLetter extends Letterhead {
  readonly amount: MoneyJson;
  readonly disbursedDate: string;
  readonly closedDate: string;
  readonly totalPaid: MoneyJson;
  /** How it ended: paid in full, settled for less, written off. */
  readonly outcome: "paid" | "settled";
}

export interface PayoffQuote extends Letterhead {
  readonly payoffDate: string;
  readonly validUntilDate: string;
  readonly lines: readonly { readonly name: string; readonly amount: MoneyJson }[];
  readonly total: MoneyJson;
  readonly perDiem: MoneyJson;
  readonly payTo: string;
}

export interface Statement extends Letterhead {
  readonly fromDate: string;
  readonly toDate: string;
  readonly openingPrincipal: MoneyJson;
  readonly closingPrincipal: MoneyJson;
  readonly overdue: MoneyJson;
  readonly nextDueDate?: string;
  readonly nextDue?: MoneyJson;
  readonly transactions: readonly { readonly valueDate: string; readonly text: string; readonly debit?: MoneyJson; readonly credit?: MoneyJson; readonly balance: MoneyJson }[];
}

export interface Receipt extends Letterhead {
  readonly receiptNumber: string;
  readonly receivedDate: string;
  readonly amount: MoneyJson;
  readonly channel: string;
  readonly allocation: readonly { readonly name: string; readonly amount: MoneyJson }[];
  readonly outstanding: MoneyJson;
}

export interface Reminder extends Letterhead {
  readonly dueDate: string;
  readonly amount: MoneyJson;
  readonly overdueDays: number;
  readonly payTo: string;
  readonly lateChargeText?: string;
}

/** What a borrower paid in interest over a year, as the fields of Form 1098 have it. */
export interface InterestStatement extends Letterhead {
  readonly fromDate: string;
  readonly toDate: string;
  readonly interest: MoneyJson;
  readonly openingPrincipal: MoneyJson;
  readonly disbursedDate: string;
  /** Masked but for its end. */
  readonly payerId?: string;
}

/** What an owner of shares of loans is told of a period. */
export interface PartnerStatement extends Letterhead {
  readonly fromDate: string;
  readonly toDate: string;
  readonly received: MoneyJson;
  readonly principal: MoneyJson;
  readonly interest: MoneyJson;
  readonly charges: MoneyJson;
  readonly recovered: MoneyJson;
  /** Interest, charges and recoveries. */
  readonly income: MoneyJson;
  readonly servicingFee: MoneyJson;
  readonly net: MoneyJson;
  readonly loss: MoneyJson;
  readonly held: MoneyJson;
  readonly lines: readonly { readonly valueDate: string; readonly number: string; readonly correction: boolean; readonly received: MoneyJson; readonly principal: MoneyJson; readonly income: MoneyJson; readonly servicingFee: MoneyJson; readonly net: MoneyJson }[];
}

export interface DocumentData {
  readonly "agreement": Agreement;
  readonly "key-facts-in": KeyFactsIn;
  readonly "truth-in-lending": TruthInLending;
  readonly "adverse-action": AdverseAction;
  readonly "approval": Approval;
  readonly "closure-letter": ClosureLetter;
  readonly "payoff-quote": PayoffQuote;
  readonly "statement": Statement;
  readonly "receipt": Receipt;
  readonly "reminder": Reminder;
  readonly "interest-statement": InterestStatement;
  readonly "partner-statement": PartnerStatement;
}

export type Template = keyof DocumentData;
