import Type, { type Static } from "typebox";
import { DateJson, Id, InstantJson, MoneyJson, Nullable, OneOf, RateJson, Text } from "#kernel/http/schemas.ts";
import { LIFE_STEPS } from "./domain/example-life.ts";

export const LOAN_STATUSES = ["active", "overpaid", "closed", "charged_off", "written_off", "settled", "cancelled"] as const;
const Status = OneOf(LOAN_STATUSES);
const Count = Type.Integer({ minimum: 0 });
const shut = { additionalProperties: false };

export const PartsJson = Type.Object({ principal: MoneyJson, interest: MoneyJson, fee: MoneyJson, penalty: MoneyJson });
export type PartsJson = Static<typeof PartsJson>;

/** One row of the loans list. */
export const LoanItem = Type.Object({
  id: Id, number: Type.String(), borrowerName: Type.String(), borrowerPartyId: Nullable(Id), productCode: Type.String(), branchId: Nullable(Type.String()), status: Status,
  principal: MoneyJson, principalOutstanding: MoneyJson, totalDue: MoneyJson, overdue: MoneyJson, daysPastDue: Count, bucket: Nullable(Type.String()), class: Nullable(Type.String()),
  nextDueDate: Nullable(DateJson), nextDue: MoneyJson, bookedDate: DateJson, applicationId: Nullable(Type.String()),
});

export const AccrualItem = Type.Object({
  loanAccountId: Id, number: Type.String(), borrowerName: Type.String(), productCode: Type.String(), branchId: Nullable(Type.String()), class: Nullable(Type.String()),
  nonAccrual: Nullable(OneOf(["own", "borrower"])), interestThrough: DateJson, interest: MoneyJson, suspended: MoneyJson, income: MoneyJson,
});

const FeesAndCosts = { feeDeferred: MoneyJson, feeAmortised: MoneyJson, feeLeft: MoneyJson, costDeferred: MoneyJson, costAmortised: MoneyJson, costLeft: MoneyJson };
/** A loan's fees and costs by effective interest. Rates are of a year; the effective one is compounded yearly. */
export const DeferralItem = Type.Object({
  loanAccountId: Id, number: Type.String(), borrowerName: Type.String(), productCode: Type.String(), branchId: Nullable(Type.String()), contractRate: RateJson, effectiveRate: Nullable(RateJson), ...FeesAndCosts,
});
export const DeferralTotalsJson = Type.Object({
  asOf: DateJson,
  items: Type.Array(Type.Object({ productCode: Type.String(), currency: Type.String(), loans: Count, ...FeesAndCosts, feeThisMonth: MoneyJson, feeLost: MoneyJson, costThisMonth: MoneyJson, costLost: MoneyJson })),
});
export const AccrualTotalsJson = Type.Object({ asOf: DateJson, items: Type.Array(Type.Object({ productCode: Type.String(), currency: Type.String(), loans: Count, held: Count, interest: MoneyJson, income: MoneyJson, suspended: MoneyJson })) });
const FeeAndCost = Type.Object({ fee: MoneyJson, cost: MoneyJson });
/** How one loan's fees and costs become income: the yield, what each stretch between due dates earns by it, and what each month took or will take. */
export const LoanDeferralJson = Type.Object({
  state: OneOf(["none", "running", "held", "over", "lost"]), contractRate: RateJson, effectiveRate: Nullable(RateJson), deferred: FeeAndCost, amortised: FeeAndCost, lost: FeeAndCost, left: FeeAndCost, why: Type.String(),
  stretches: Type.Array(Type.Object({ fromDate: DateJson, throughDate: DateJson, carrying: MoneyJson, rate: RateJson, income: MoneyJson, interest: MoneyJson, net: MoneyJson })),
  months: Type.Array(Type.Object({ month: Type.String(), taken: Type.Boolean(), fee: MoneyJson, cost: MoneyJson, feeLeft: MoneyJson, costLeft: MoneyJson })),
});

export const PayoffJson = Type.Object({ date: DateJson, principal: MoneyJson, interest: MoneyJson, fees: MoneyJson, penalties: MoneyJson, total: MoneyJson, perDiem: MoneyJson });
const NextDueJson = Type.Object({ number: Count, dueDate: DateJson, parts: PartsJson, total: MoneyJson, overdue: Type.Boolean() });
const TermsJson = Type.Object({
  model: Type.String(), amortization: Type.String(), principal: MoneyJson, installments: Count, every: Count, unit: Type.String(), firstDueDate: Nullable(DateJson), lastDueDate: Nullable(DateJson),
  installmentAmount: MoneyJson, interestMethod: Type.String(), dayCount: Type.String(), allocation: Type.String(), prepayment: Type.String(), graceDays: Count,
});
export const LoanJson = Type.Object({
  id: Id, number: Type.String(), status: Status, disbursement: Type.String(), asOf: DateJson, knownOn: Nullable(DateJson), knownAt: InstantJson,
  product: Type.Object({ versionId: Id, code: Type.String(), name: Type.String(), version: Count, regime: Type.String() }),
  currency: Type.String(), branchId: Nullable(Type.String()), applicationId: Nullable(Type.String()), parties: Type.Array(Type.Object({ partyId: Id, role: Type.String(), name: Type.String() })), borrowerName: Type.String(),
  bookedDate: DateJson, disbursedDate: Nullable(DateJson), closedDate: Nullable(DateJson), chargedOffDate: Nullable(DateJson),
  balances: Type.Object({ principal: MoneyJson, interest: MoneyJson, fee: MoneyJson, penalty: MoneyJson, total: MoneyJson, overpayment: MoneyJson, chargedOff: MoneyJson }),
  repaid: PartsJson, overdue: MoneyJson, daysPastDue: Count, bucket: Nullable(Type.String()), class: Nullable(Type.String()), nextDue: Nullable(NextDueJson), payoff: PayoffJson,
  annualRate: RateJson, terms: TermsJson, scheduleHash: Type.String(), version: Count,
});
export type LoanJson = Static<typeof LoanJson>;
export const ReadAt = Type.Object({
  asOf: Type.Optional(Type.String({ format: "date", description: "Value date: as that day's facts make it; default today" })),
  knownOn: Type.Optional(Type.String({ format: "date", description: "By what was recorded by the end of this business date; default everything" })),
  knownAt: Type.Optional(Type.String({ format: "date-time", description: "By what was recorded by this instant; default everything" })),
}, { additionalProperties: false });

/** The sixteen columns of a schedule. */
export const ScheduleRowJson = Type.Object({
  number: Count, kind: Type.String(), days: Type.Integer(), dueDate: DateJson, paidDate: Nullable(DateJson), principal: MoneyJson, balance: MoneyJson, interest: MoneyJson, fees: MoneyJson, penalties: MoneyJson,
  due: MoneyJson, paid: MoneyJson, inAdvance: MoneyJson, late: MoneyJson, waived: MoneyJson, outstanding: MoneyJson, status: OneOf(["paid", "partly_paid", "overdue", "due", "upcoming"]),
});
export const ScheduleJson = Type.Object({
  asOf: DateJson, currency: Type.String(), rows: Type.Array(ScheduleRowJson),
  totals: Type.Object({ principal: MoneyJson, interest: MoneyJson, fees: MoneyJson, penalties: MoneyJson, due: MoneyJson, paid: MoneyJson, waived: MoneyJson, outstanding: MoneyJson }),
});
export const TransactionJson = Type.Object({
  eventId: Id, type: Type.String(), valueDate: DateJson, businessDate: Nullable(DateJson), recordedAt: Nullable(InstantJson), actorId: Nullable(Type.String()), channel: Nullable(Type.String()), amount: MoneyJson, parts: PartsJson, overpayment: MoneyJson,
  balanceAfter: MoneyJson, reversed: Type.Boolean(), reversedDate: Nullable(DateJson), afterChargeOff: Type.Boolean(), reversible: Type.Boolean(),
});
export const ChargeJson = Type.Object({
  id: Id, code: Type.String(), component: OneOf(["fee", "penalty"]), timing: Type.String(), dueDate: Nullable(DateJson), addedDate: DateJson, reference: Nullable(Type.String()), due: MoneyJson, paid: MoneyJson, waived: MoneyJson, outstanding: MoneyJson,
});
export const AccrualJson = Type.Object({ fromDate: DateJson, throughDate: DateJson, principal: MoneyJson, earned: MoneyJson, earnedToDate: MoneyJson, unpaid: MoneyJson });
export const JournalJson = Type.Object({
  id: Id, book: Type.String(), businessDate: DateJson, valueDate: DateJson, memo: Type.String(), causeKind: Type.String(), causeId: Type.String(), actorId: Type.String(), recordedAt: InstantJson,
  lines: Type.Array(Type.Object({ account: Type.String(), debit: Nullable(MoneyJson), credit: Nullable(MoneyJson) })),
});
export const TimelineJson = Type.Object({
  at: InstantJson, businessDate: DateJson, valueDate: DateJson, kind: Type.String(), id: Type.String(), actorId: Nullable(Type.String()), cause: Nullable(Type.String()), amount: Nullable(MoneyJson), note: Nullable(Type.String()),
});
export const NoteJson = Type.Object({ id: Id, businessDate: DateJson, writtenAt: InstantJson, writtenBy: Type.String(), alert: Type.Boolean(), body: Type.String() });
export const NoteRequest = Type.Object({ body: Text(2000, 2), alert: Type.Optional(Type.Boolean({ description: "Stands at the head of the loan until a later note is none" })) }, shut);
export const ExplanationJson = Type.Object({
  figure: Type.String(), value: Type.String(), formula: Type.String(), inputs: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })), events: Type.Array(Type.String()), rule: Type.String(), sentence: Type.String(),
});
export const FigureQuery = Type.Object({
  figure: Type.String({ maxLength: 80, description: "outstanding:COMPONENT · accrued_interest:DATE · payoff:DATE · days_past_due:DATE · installment:NUMBER:principal|interest|total|balance · allocation:EVENT" }),
}, shut);

// ── writes ──
export const CHANNELS = ["bank_transfer", "cash", "cheque", "card", "mandate", "other"] as const;
export const RepaymentRequest = Type.Object({ amount: MoneyJson, valueDate: DateJson, channel: OneOf(CHANNELS), reference: Type.Optional(Text(80)) }, shut);
export const RepaymentReceipt = Type.Object({
  eventId: Id, loanAccountId: Id, paid: PartsJson, excess: MoneyJson, outstandingPrincipal: MoneyJson, status: Status, journalEntryId: Nullable(Id),
});
export const BulkRequest = Type.Object({
  lines: Type.Array(Type.Object({
    loan: Type.String({ maxLength: 60, description: "Number (LN…) or id of the loan account" }), amount: Type.Object({ amount: Type.String({ maxLength: 40 }), currency: Type.String({ maxLength: 3 }) }, shut),
    valueDate: Type.String({ maxLength: 10 }), channel: OneOf(CHANNELS), reference: Text(80),
  }, shut), { minItems: 1, maxItems: 10_000, description: "A reference is applied once, however often it is sent" }),
}, shut);
const LineError = Type.Object({ pointer: Type.String(), code: Type.String(), detail: Type.String() });
export const BulkResult = Type.Object({
  posted: Count, duplicate: Count, refused: Count,
  lines: Type.Array(Type.Object({ line: Count, reference: Type.String(), state: OneOf(["posted", "duplicate", "refused"]), loanAccountId: Nullable(Type.String()), error: Nullable(LineError) })),
});
export const PayoffRequest = Type.Object({ payoffDate: DateJson }, shut);
export const PayoffQuoteJson = Type.Object({ id: Id, loanAccountId: Id, expiresDate: DateJson, payoff: PayoffJson });
export const ChargeRequest = Type.Object({ code: Type.String({ pattern: "^[a-z][a-z0-9_]{1,40}$" }), component: OneOf(["fee", "penalty"]), amount: MoneyJson, dueDate: DateJson, reason: Text(300, 3) }, shut);
export const WaiverRequest = Type.Object({ reason: Text(300, 3) }, shut);
export const ReversalRequest = Type.Object({ eventId: Id, reason: Text(300, 3) }, shut);
export const ChargeOffRequest = Type.Object({ reason: Text(300, 3) }, shut);
export const RefundRequest = Type.Object({ reason: Text(300, 3) }, shut);
export const MODIFICATIONS = ["extend", "defer", "pause_interest", "capitalise_interest", "settle"] as const;
const ModificationFields = {
  installments: Type.Optional(Type.Integer({ minimum: 1, maximum: 360, description: "extend: how many more; defer: how many are skipped" })), interest: Type.Optional(OneOf(["accrues", "none"], "defer: whether interest runs while installments are skipped; default it does")),
  from: Type.Optional(DateJson), to: Type.Optional(DateJson),
};
/** A lasting change of a running loan. What its kind needs is told by name when it is missing. */
export const ModificationRequest = Type.Object({
  kind: OneOf(MODIFICATIONS, "extend: more installments · defer: the next ones are skipped · pause_interest: none runs from a day to another · capitalise_interest: what is due becomes principal · settle: a lower amount closes the loan"),
  ...ModificationFields, amount: Type.Optional(MoneyJson), channel: Type.Optional(OneOf(CHANNELS)), reference: Type.Optional(Text(80)), reason: Text(300, 3),
}, shut);
const IndexCode = Type.String({ pattern: "^[a-zA-Z][a-zA-Z0-9_.+-]{0,60}$" });
export const IndexFixingItem = Type.Object({ id: Id, index: Type.String(), fixingDate: DateJson, rate: Type.String(), source: Type.String(), makerId: Type.String(), approverId: Type.String(), recordedAt: InstantJson });
export const IndexFixingRequest = Type.Object({ index: IndexCode, fixingDate: DateJson, rate: RateJson, source: Text(120, 3) }, shut);
export const EventDone = Type.Object({ eventIds: Type.Array(Id), loanAccountId: Id, status: Status, balances: Type.Object({ principal: MoneyJson, interest: MoneyJson, fee: MoneyJson, penalty: MoneyJson, overpayment: MoneyJson }), journalEntryId: Nullable(Id) });
export const Proposed = Type.Object({ approvalRequestId: Id, state: Type.Literal("waiting") });

/** What an event would do: previewed by the code that does it. */
export const PreviewRequest = Type.Object({
  kind: OneOf(["repayment", "reversal", "charge", "charge_waiver", ...MODIFICATIONS]), ...ModificationFields, amount: Type.Optional(MoneyJson), valueDate: Type.Optional(DateJson), channel: Type.Optional(OneOf(CHANNELS)),
  eventId: Type.Optional(Id), chargeId: Type.Optional(Id), code: Type.Optional(Type.String({ pattern: "^[a-z][a-z0-9_]{1,40}$" })), component: Type.Optional(OneOf(["fee", "penalty"])), dueDate: Type.Optional(DateJson),
}, shut);
const PositionJson = Type.Object({ principal: MoneyJson, interest: MoneyJson, fee: MoneyJson, penalty: MoneyJson, overpayment: MoneyJson, overdue: MoneyJson, status: Status, nextDueDate: Nullable(DateJson) });
const RowJson = Nullable(Type.Object({ dueDate: DateJson, due: MoneyJson, paid: MoneyJson }));
export const PreviewJson = Type.Object({
  before: PositionJson, after: PositionJson,
  rows: Type.Array(Type.Object({ number: Count, before: RowJson, after: RowJson })),
  transactions: Type.Array(Type.Object({ eventId: Type.String(), type: Type.String(), before: Nullable(PartsJson), after: Nullable(PartsJson) })),
  journal: Type.Array(Type.Object({ account: Type.String(), debit: Nullable(MoneyJson), credit: Nullable(MoneyJson) })),
});

/** A loan as it stood by two pairs of dates, and what came between. */
export const CompareAt = Type.Object({
  asOf: Type.Optional(Type.String({ format: "date", description: "First view: value date" })), knownOn: Type.Optional(Type.String({ format: "date", description: "First view: business date by whose end it had to be recorded" })),
  toAsOf: Type.Optional(Type.String({ format: "date", description: "Second view: value date; default today" })), toKnownOn: Type.Optional(Type.String({ format: "date", description: "Second view: default everything" })),
}, shut);
const StandingJson = Type.Object({
  asOf: DateJson, knownOn: Nullable(DateJson), status: Status, principal: MoneyJson, interest: MoneyJson, fee: MoneyJson, penalty: MoneyJson, total: MoneyJson, overpayment: MoneyJson, chargedOff: MoneyJson, overdue: MoneyJson,
  daysPastDue: Count, bucket: Nullable(Type.String()), class: Nullable(Type.String()), nextDueDate: Nullable(DateJson), nextDue: Nullable(MoneyJson), payoff: MoneyJson, annualRate: RateJson,
});
export const ComparisonJson = Type.Object({
  id: Id, number: Type.String(), borrowerName: Type.String(), currency: Type.String(), bookedDate: DateJson, before: StandingJson, after: StandingJson,
  rows: Type.Array(Type.Object({ number: Count, before: RowJson, after: RowJson })),
  transactions: Type.Array(Type.Object({ eventId: Type.String(), type: Type.String(), before: Nullable(PartsJson), after: Nullable(PartsJson) })),
  events: Type.Array(Type.Object({
    seenIn: OneOf(["before", "after"], "The view that knows this fact; the other does not"), id: Type.String(), type: Type.String(), valueDate: DateJson, businessDate: DateJson, recordedAt: InstantJson, actorId: Type.String(), cause: Type.String(),
    amount: Nullable(MoneyJson), note: Nullable(Type.String()), late: Type.Boolean({ description: "Recorded on a later day than the one it counts from" }), undone: Type.Boolean({ description: "Reversed, as that view knows it: no figure follows from it" }),
  })),
});
export type ComparisonJson = Static<typeof ComparisonJson>;

/** The borrower's what-if: an extra payment, a payoff day. Nothing is kept. */
export const WhatIfRequest = Type.Object({ extra: Type.Optional(Type.Object({ amount: MoneyJson, date: DateJson }, shut)), payoffDate: Type.Optional(DateJson) }, shut);
const CourseJson = Type.Object({ lastDueDate: Nullable(DateJson), payments: Count, interest: MoneyJson, total: MoneyJson, installment: MoneyJson });
export const WhatIfJson = Type.Object({
  asOf: DateJson, asAgreed: CourseJson, withExtra: Nullable(CourseJson), saved: Nullable(Type.Object({ interest: MoneyJson, days: Type.Integer(), payments: Type.Integer() })), payoff: Nullable(PayoffJson),
});
export type WhatIfJson = Static<typeof WhatIfJson>;

// ── boarding ──
/** A funded loan as another installation or system hands it over; terms are the engine's, amounts in them minor units. */
export const FundedLoanFile = Type.Object({
  format: Type.Literal("loanwright-funded-loan/1"), fileId: Text(60), madeAt: InstantJson,
  lender: Type.Object({ slug: Text(60), name: Text(200), country: Type.String({ pattern: "^[A-Z]{2}$" }) }),
  application: Type.Object({ id: Text(60), number: Text(40) }),
  product: Type.Object({ code: Text(60), version: Type.Integer({ minimum: 1 }), name: Text(200), definitionHash: Type.String({ pattern: "^[0-9a-f]{64}$" }) }),
  loan: Type.Object({
    reference: Text(60), branchId: Nullable(Type.String({ maxLength: 60 })), amount: MoneyJson, netDisbursed: MoneyJson, annualRate: RateJson, valueDate: DateJson, firstDueDate: DateJson, lastDueDate: DateJson, installment: MoneyJson,
    terms: Type.Unsafe<Record<string, unknown>>({ type: "object", additionalProperties: true }), scheduleHash: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    totals: Type.Object({ principal: MoneyJson, interest: MoneyJson, fees: MoneyJson, installments: Type.Integer() }),
  }),
  parties: Type.Array(Type.Object({
    role: OneOf(["borrower", "co_borrower", "guarantor"] as const), givenName: Nullable(Type.String({ maxLength: 100 })), familyName: Nullable(Type.String({ maxLength: 100 })), birthDate: Nullable(DateJson), phone: Nullable(Type.String({ maxLength: 30 })),
    email: Nullable(Type.String({ maxLength: 200 })), address: Nullable(Type.Object({ line1: Type.String(), line2: Type.Optional(Type.String()), city: Type.String(), region: Type.String(), postalCode: Type.String(), country: Type.String() })),
    identifiers: Type.Array(Type.Object({ scheme: Type.String(), value: Type.String() })),
  }), { minItems: 1, maxItems: 10 }),
  events: Type.Array(Type.Object({ type: Type.Literal("disbursed"), valueDate: DateJson, businessDate: DateJson, amount: MoneyJson }), { minItems: 1, maxItems: 50 }),
});
export type FundedLoanFile = Static<typeof FundedLoanFile>;
export const BoardingRequest = Type.Object({
  loans: Type.Array(Type.Unsafe<unknown>({ type: "object", additionalProperties: true, description: "A loanwright-funded-loan/1 file; each is checked by itself" }), { minItems: 1, maxItems: 500 }),
}, shut);
export const BoardingResult = Type.Object({
  boarded: Count, duplicate: Count, refused: Count,
  loans: Type.Array(Type.Object({
    line: Count, reference: Nullable(Type.String()), state: OneOf(["boarded", "duplicate", "refused"]), loanAccountId: Nullable(Type.String()), number: Nullable(Type.String()), scheduleHash: Nullable(Type.String()),
    principal: Nullable(MoneyJson), errors: Type.Array(LineError),
  })),
});

const ExampleLine = Type.Object({ fact: Type.String(), rule: Type.String({ description: "Slot of the posting rule: side and part" }), account: Type.String(), debit: Nullable(MoneyJson), credit: Nullable(MoneyJson), balance: MoneyJson });
/** Every entry in the life of an example loan, in each book of the product; balances are debits less credits. */
export const ExampleEntriesQuery = Type.Object({
  amount: Type.Optional(Type.String({ pattern: "^[0-9]{1,13}(\\.[0-9]{1,3})?$" })), termMonths: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })),
  end: Type.Optional(OneOf(["loss", "payoff"] as const)), interest: Type.Optional(OneOf(["by_month", "by_day"] as const)),
}, shut);
export const ExampleEntriesJson = Type.Object({
  productVersionId: Id, amount: MoneyJson, termMonths: Type.Integer(), annualRate: RateJson, disbursementDate: DateJson,
  books: Type.Array(Type.Object({
    book: Type.String(), basis: OneOf(["accrual", "cash"] as const),
    entries: Type.Array(Type.Object({ date: DateJson, step: OneOf(LIFE_STEPS), debits: MoneyJson, credits: MoneyJson, lines: Type.Array(ExampleLine) })),
    accounts: Type.Array(Type.Object({ account: Type.String(), debits: MoneyJson, credits: MoneyJson, balance: MoneyJson })), debits: MoneyJson, credits: MoneyJson,
  })),
  leftOut: Type.Array(Type.Object({ date: DateJson, step: OneOf(LIFE_STEPS), reason: Type.String() })),
});
