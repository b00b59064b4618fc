import Type, { type Static } from "typebox";
import { DateJson, Id, InstantJson, MoneyJson, Nullable, OneOf, RateJson, Text } from "#kernel/http/schemas.ts";
import { ROLES } from "#kernel/permissions.ts";
import { STATES } from "./domain/state-machine.ts";

/**
 * A funded loan as a file: what an origination-only installation hands to another one (or another system) to take into its books.
 * `termsJson` of the engine travels whole, and `scheduleHash` is SHA-256 over canonical JSON of { terms, rows }, so the receiver can
 * draw up the schedule itself and compare. Amounts inside `terms` are minor units; everywhere else decimal text.
 */
export const FundedLoanFile = Type.Object({
  format: Type.Literal("loanwright-funded-loan/1"),
  fileId: Type.String({ maxLength: 60 }),
  madeAt: InstantJson,
  lender: Type.Object({ slug: Type.String({ maxLength: 60 }), name: Type.String({ maxLength: 200 }), country: Type.String({ pattern: "^[A-Z]{2}$" }) }, { additionalProperties: false }),
  application: Type.Object({ id: Type.String({ maxLength: 60 }), number: Type.String({ maxLength: 40 }), submittedOn: Nullable(DateJson), signedAt: Nullable(InstantJson), agreementSha256: Nullable(Type.String({ pattern: "^[0-9a-f]{64}$" })) }, { additionalProperties: false }),
  product: Type.Object({ code: Type.String({ maxLength: 60 }), version: Type.Integer({ minimum: 1 }), name: Type.String({ maxLength: 200 }), definitionHash: Type.String({ pattern: "^[0-9a-f]{64}$" }), regime: OneOf(["IN_RBI", "US_REG_Z"] as const) }, { additionalProperties: false }),
  loan: Type.Object({
    reference: Type.String({ maxLength: 60, description: "Unique at the sender; boarding the same file twice makes one loan" }), branchId: Nullable(Type.String({ maxLength: 60 })),
    amount: MoneyJson, netDisbursed: MoneyJson, annualRate: RateJson, apr: RateJson, termMonths: Type.Integer({ minimum: 1 }), valueDate: DateJson, firstDueDate: DateJson, lastDueDate: DateJson, installment: MoneyJson,
    terms: Type.Unsafe<Record<string, unknown>>({ type: "object", additionalProperties: true, description: "LoanTerms of the loan engine" }),
    scheduleHash: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    totals: Type.Object({ principal: MoneyJson, interest: MoneyJson, fees: MoneyJson, installments: Type.Integer() }, { additionalProperties: false }),
  }, { additionalProperties: false }),
  parties: Type.Array(Type.Object({
    role: OneOf(["borrower", "co_borrower", "guarantor"] as const), givenName: Nullable(Type.String({ maxLength: 100 })), familyName: Nullable(Type.String({ maxLength: 100 })), birthDate: Nullable(DateJson), phone: Nullable(Type.String({ maxLength: 30 })),
    email: Nullable(Type.String({ maxLength: 200 })), address: Nullable(Type.Object({ line1: Type.String(), line2: Type.Optional(Type.String()), city: Type.String(), region: Type.String(), postalCode: Type.String(), country: Type.String() }, { additionalProperties: false })),
    identifiers: Type.Array(Type.Object({ scheme: Type.String(), value: Type.String() }, { additionalProperties: false })),
  }, { additionalProperties: false }), { minItems: 1, maxItems: 10 }),
  payee: Type.Object({ name: Type.String({ maxLength: 200 }), accountScheme: Type.String({ maxLength: 30 }), account: Type.String({ maxLength: 60 }) }, { additionalProperties: false }),
  /** Facts so far, oldest first: the payout as the sender released it. */
  events: Type.Array(Type.Object({ type: Type.Literal("disbursed"), valueDate: DateJson, businessDate: DateJson, amount: MoneyJson }, { additionalProperties: false }), { maxItems: 50 }),
}, { additionalProperties: false });
export type FundedLoanFile = Static<typeof FundedLoanFile>;

export const State = OneOf(STATES, "Stage of an application");
const Answers = Type.Record(Type.String({ maxLength: 60 }), Type.Unknown(), { description: "Answers by field name of the product's form", maxProperties: 200 });
const Consents = Type.Array(Type.Object({ purpose: Text(60), given: Type.Boolean() }, { additionalProperties: false }), { maxItems: 20 });
const Locale = OneOf(["en", "hi"] as const);

export const NewApplication = Type.Object({
  productCode: Text(60), amount: MoneyJson, termMonths: Type.Integer({ minimum: 1, maximum: 600 }), locale: Type.Optional(Locale), branchId: Type.Optional(Id), answers: Type.Optional(Answers), consents: Type.Optional(Consents),
}, { additionalProperties: false });
export const CoBorrowerRequest = Type.Object({ answers: Answers, consents: Consents }, { additionalProperties: false });
export const CoBorrowerSet = Type.Object({ partyId: Type.String(), name: Type.String() });
export const StepRequest = Type.Object({ answers: Answers, amount: Type.Optional(MoneyJson), termMonths: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })), consents: Type.Optional(Consents) }, { additionalProperties: false });
export const Started = Type.Object({ applicationId: Type.String(), number: Type.String() });
export const StepSaved = Type.Object({ rowVersion: Type.Integer(), errors: Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), detail: Type.String() })) });
export const StateJson = Type.Object({ state: State });
export const ReasonRequest = Type.Object({ reason: Text(500) }, { additionalProperties: false });
const ReasonJson = Type.Object({ code: Type.String(), text: Type.String() });
export const DecisionRequest = Type.Object({
  outcome: OneOf(["approve", "decline"] as const), reason: Text(1000), reasons: Type.Optional(Type.Array(Type.Object({ code: Text(20), text: Text(200) }, { additionalProperties: false }), { minItems: 1, maxItems: 4 })),
  amount: Type.Optional(MoneyJson), termMonths: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })), annualRate: Type.Optional(RateJson), expiresOn: Type.Optional(DateJson),
  conditions: Type.Optional(Type.Array(Type.Object({ code: Type.String({ pattern: "^[a-z][a-z0-9_]{1,40}$" }), label: Text(200), stage: OneOf(["documents", "funding"] as const) }, { additionalProperties: false }), { maxItems: 20 })),
}, { additionalProperties: false });
export const RequirementRequest = Type.Object({ act: OneOf(["hand_in", "accept", "refuse", "waive"] as const), documentId: Type.Optional(Id), documentType: Type.Optional(Text(60)), note: Type.Optional(Text(500)) }, { additionalProperties: false });
export const HandUpRequest = Type.Object({ role: OneOf(ROLES, "Role"), reason: Text(500) }, { additionalProperties: false });
export const AskRequest = Type.Object({
  kind: OneOf(["paper", "condition"] as const), label: Text(200), anyOf: Type.Optional(Type.Array(Type.String({ pattern: "^[a-z][a-z0-9_]{1,60}$" }), { maxItems: 10 })), stage: OneOf(["documents", "funding"] as const), note: Type.Optional(Text(500)),
}, { additionalProperties: false });
export const SignRequest = Type.Object({ code: Type.String({ pattern: "^[0-9]{6}$" }), documentSha256: Type.String({ pattern: "^[0-9a-f]{64}$" }), consent: Type.Literal(true), mandate: Type.Optional(Type.Object({ cap: MoneyJson }, { additionalProperties: false, description: "Permission to debit the payout account on due dates, at most this much at a time" })) }, { additionalProperties: false });
export const RerunRequest = Type.Object({ amount: Type.Optional(MoneyJson), termMonths: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })), reason: Text(500) }, { additionalProperties: false });
export const ImportLine = Type.Object({ line: Type.Integer(), state: OneOf(["accepted", "refused", "duplicate"] as const), applicationId: Nullable(Type.String()), number: Nullable(Type.String()), errors: Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), detail: Type.String() })) });
export const ImportResult = Type.Object({ accepted: Type.Integer(), refused: Type.Integer(), duplicate: Type.Integer(), lines: Type.Array(ImportLine) });

export const ApplicationItem = Type.Object({
  id: Type.String(), number: Type.String(), applicant: Type.String(), product: Type.String(), productCode: Type.String(), amount: MoneyJson, termMonths: Type.Integer(), state: State, waitingOn: Type.String(), score: Nullable(Type.Integer()),
  policyOutcome: Nullable(Type.String()), stageEnteredAt: InstantJson, stageDueAt: Nullable(InstantJson), slaMinutesLeft: Nullable(Type.Integer()), channel: Type.String(), branchId: Nullable(Type.String()), claimedBy: Nullable(Type.String()),
  loanAccountId: Nullable(Type.String()), loanNumber: Nullable(Type.String()), createdAt: InstantJson, submittedAt: Nullable(InstantJson),
});
const Words = Type.Record(Type.String(), Type.String());
export const RequirementJson = Type.Object({ id: Type.String(), kind: Type.String(), code: Type.String(), label: Words, anyOf: Type.Array(Type.String()), stage: Type.String(), state: OneOf(["owed", "in_review", "met", "refused", "waived"] as const), documentId: Nullable(Type.String()), documentType: Nullable(Type.String()), note: Nullable(Type.String()), changedBy: Type.String(), changedAt: InstantJson });
export const OfferJson = Type.Object({
  id: Type.String(), state: Type.String(), amount: MoneyJson, termMonths: Type.Integer(), annualRate: RateJson, apr: RateJson, installment: MoneyJson, netDisbursed: MoneyJson, fees: MoneyJson, interest: MoneyJson, totalCost: MoneyJson, totalPaid: MoneyJson,
  firstDueDate: DateJson, lastDueDate: DateJson, madeOn: DateJson, expiresOn: DateJson, scheduleHash: Type.String(), reason: Nullable(Type.String()),
});
export const CheckJson = Type.Object({ id: Type.String(), kind: Type.String(), state: Type.String(), outcome: Nullable(Type.String()), attempts: Type.Integer(), askedOn: DateJson, answeredAt: Nullable(InstantJson), reusedFrom: Nullable(Type.String()), matchScore: Nullable(Type.Integer()), matches: Type.Array(Type.Unknown()), reasons: Type.Array(Type.Unknown()) });
export const DecisionJson = Type.Object({
  id: Type.String(), madeBy: Type.String(), outcome: Type.String(), reasons: Type.Array(ReasonJson), amount: Nullable(MoneyJson), termMonths: Nullable(Type.Integer()), annualRate: Nullable(RateJson), score: Nullable(Type.Integer()), override: Type.Boolean(),
  deviation: Type.Number(), reason: Nullable(Type.String()), expiresOn: Nullable(DateJson), productVersionId: Type.String(), policyHash: Type.String(), scorecardVersion: Type.String(), decidedAt: InstantJson,
});
export const AgreementJson = Type.Object({ id: Type.String(), state: Type.String(), offerId: Type.String(), documentId: Type.String(), documentSha256: Type.String(), scheduleHash: Type.String(), signedAt: Nullable(InstantJson), evidence: Type.Unknown() });
export const TimelineItem = Type.Object({ id: Type.String(), at: InstantJson, businessDate: DateJson, kind: Type.String(), summary: Type.String(), fromState: Nullable(Type.String()), toState: Nullable(Type.String()), actorId: Type.String() });
export const FundingJson = Type.Object({ id: Type.String(), state: Type.String(), approvalRequestId: Nullable(Type.String()), amount: MoneyJson, net: MoneyJson, valueDate: DateJson, proposedBy: Type.String(), releasedBy: Nullable(Type.String()), note: Nullable(Type.String()) });
export const ApplicationJson = Type.Object({
  ...ApplicationItem.properties, rowVersion: Type.Integer(), productVersionId: Type.String(), partyId: Nullable(Type.String()), coBorrower: Nullable(Type.Object({ partyId: Type.String(), name: Type.String(), signedAt: Nullable(InstantJson) })), locale: Type.String(), closedReason: Nullable(Type.String()), approvedUntil: Nullable(DateJson),
  answers: Type.Record(Type.String(), Type.Unknown()), person: Type.Record(Type.String(), Type.Unknown()), personMasked: Type.Boolean(),
  requirements: Type.Array(RequirementJson), checks: Type.Array(CheckJson), decisions: Type.Array(DecisionJson), offers: Type.Array(OfferJson), agreement: Nullable(AgreementJson), funding: Type.Array(FundingJson),
  consents: Type.Array(Type.Object({ purpose: Type.String(), version: Type.String(), given: Type.Boolean(), givenAt: InstantJson, channel: Type.String(), textHash: Type.String() })),
  notices: Type.Array(Type.Object({ id: Type.String(), kind: Type.String(), state: Type.String(), dueOn: DateJson, sentAt: Nullable(InstantJson), reasons: Type.Array(ReasonJson), documentId: Nullable(Type.String()) })),
});
export const TaskJson = Type.Object({ code: Type.String(), title: Words, state: OneOf(["owed", "in_review", "done"] as const), who: OneOf(["applicant", "lender"] as const), act: Type.String() });
export const TrackerJson = Type.Object({ applicationId: Type.String(), number: Type.String(), state: State, stageLabel: Words, waitingOn: OneOf(["applicant", "lender", "nobody"] as const), expectedBy: Nullable(InstantJson), tasks: Type.Array(TaskJson), stages: Type.Array(Type.Object({ stage: Type.String(), label: Words, state: OneOf(["done", "now", "later"] as const) })) });
export const WorkbenchJson = Type.Object({
  application: ApplicationItem, bureau: Nullable(Type.Record(Type.String(), Type.Unknown())), bureauOutcome: Nullable(Type.String()), checks: Type.Array(CheckJson),
  income: Type.Object({ monthlyIncome: Nullable(MoneyJson), monthlyObligations: Nullable(MoneyJson), installment: MoneyJson, left: Nullable(MoneyJson) }), facts: Type.Record(Type.String(), Type.Unknown()),
  score: Type.Object({ score: Type.Integer(), version: Type.String(), lines: Type.Array(Type.Object({ fact: Type.String(), label: Type.String(), reasonCode: Type.String(), value: Type.Unknown(), points: Type.Integer(), lost: Type.Integer() })) }),
  policy: Type.Object({ outcome: Type.String(), rules: Type.Array(Type.Object({ outcome: Type.String(), code: Type.String(), text: Type.String() })), annualRate: RateJson }),
  authority: Type.Object({ needed: Type.Array(Type.String()), mine: Type.Boolean() }), peers: Type.Object({ count: Type.Integer(), approved: Type.Integer(), averageScore: Nullable(Type.Integer()) }),
});
export const WhatIfRequest = Type.Object({ amount: Type.Optional(MoneyJson), termMonths: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })) }, { additionalProperties: false });
export const TraceJson = Type.Object({ decision: DecisionJson, facts: Type.Record(Type.String(), Type.Unknown()), trace: Type.Unknown(), missing: Type.Array(Type.String()), replay: Type.Object({ outcome: Type.String(), score: Type.Integer(), same: Type.Boolean(), productVersionId: Type.String() }) });
const Outcomes = Type.Object({ approve: Type.Integer(), decline: Type.Integer(), refer: Type.Integer() });
export const BackTestJson = Type.Object({
  productVersionId: Type.String(), compared: Type.Integer(), before: Outcomes, after: Outcomes, moved: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), count: Type.Integer() })),
  examples: Type.Array(Type.Object({ applicationId: Type.String(), before: Type.String(), after: Type.String(), scoreBefore: Type.Integer(), scoreAfter: Type.Integer() })),
});
