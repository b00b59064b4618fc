import Type, { type Static } from "typebox";
import { DateJson, Id, InstantJson, MoneyJson, Nullable, OneOf, Text } from "#kernel/http/schemas.ts";

const closed = <T extends Record<string, import("typebox").TSchema>>(properties: T) => Type.Object(properties, { additionalProperties: false });
const Share = Type.String({ pattern: "^(0(\\.[0-9]{1,9})?|1(\\.0{1,9})?)$", description: "Share as a decimal fraction: 40 % is 0.4" });
const Currency = Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217" });
const Code = Type.String({ pattern: "^[a-z][a-z0-9-]{1,40}$" });

export const AccountJson = closed({ scheme: OneOf(["in", "us", "iban"] as const), number: Type.String({ minLength: 8, maxLength: 60, description: "BANKCODE/ACCOUNT, for instance HDFC0000001/501000012345 or 021000021/123456789; an IBAN alone" }) });
export const NewPartnerJson = closed({ code: Code, name: Text(120), kind: OneOf(["investor", "co_lender", "guarantor"] as const), account: AccountJson });
export const PartnerItem = Type.Object({ id: Id, code: Type.String(), name: Type.String(), kind: Type.String(), state: Type.String(), account: Type.String(), shares: Type.Integer(), madeBy: Type.String(), madeAt: InstantJson });
export const PartnerJson = Type.Object({
  ...PartnerItem.properties,
  balances: Type.Array(Type.Object({ currency: Currency, owed: MoneyJson, held: MoneyJson }), { description: "Per currency: what is owed to the partner (below zero: by it), and the principal it owns as stated" }),
});
export type PartnerJson = Static<typeof PartnerJson>;
export const MoveItem = Type.Object({ id: Id, kind: Type.String(), subjectId: Type.String(), amount: MoneyJson, businessDate: DateJson, recordedAt: InstantJson });

export const NewParticipationJson = closed({
  name: Text(120), currency: Currency, share: Share, fromDate: DateJson,
  feeBasis: OneOf(["none", "interest", "balance"] as const, "Servicing fee: none, a share of the interest passed on, or a yearly rate on the principal owned (actual/365)"),
  feeRate: Type.Optional(Share), charges: OneOf(["kept", "shared"] as const, "Whether fees and penalties, less tax, are shared too"),
  loans: Type.Optional(Type.Array(Type.String({ minLength: 3, maxLength: 45 }), { minItems: 1, maxItems: 2000, uniqueItems: true, description: "Loan numbers" })),
  pool: Type.Optional(closed({ productCode: Type.Optional(Type.String({ maxLength: 61 })), branchId: Type.Optional(Id), disbursedFrom: Type.Optional(DateJson), disbursedTo: Type.Optional(DateJson), currentOnly: Type.Optional(Type.Boolean({ description: "Only loans that owe nothing past due" })) })),
});
export const ParticipationItem = Type.Object({
  id: Id, partnerId: Id, partner: Type.String(), name: Type.String(), currency: Currency, share: Type.String(), fromDate: DateJson, feeBasis: Type.String(), feeRate: Type.String(), charges: Type.String(), loans: Type.Integer(), state: Type.String(), madeBy: Type.String(), madeAt: InstantJson,
});
export const SharedLoanItem = Type.Object({
  loanAccountId: Id, number: Type.String(), borrowerName: Type.String(), productCode: Type.String(), branchId: Nullable(Type.String()), bought: MoneyJson, returned: MoneyJson, lost: MoneyJson, held: MoneyJson, income: MoneyJson,
});

export const NewStatementJson = closed({ currency: Currency, throughDate: DateJson });
export const SettleJson = closed({ booksDate: OneOf(["period_end", "today"] as const, "On which day it stands in the books") });
export const ReasonJson = closed({ reason: Text(300, 3) });
export const StatementItem = Type.Object({
  id: Id, partnerId: Id, partner: Type.String(), currency: Currency, fromDate: DateJson, throughDate: DateJson, state: Type.String(), payment: Type.String(), net: MoneyJson, paid: MoneyJson, lines: Type.Integer(), madeBy: Type.String(), madeAt: InstantJson,
});
const Sums = { received: MoneyJson, principal: MoneyJson, interest: MoneyJson, fee: MoneyJson, penalty: MoneyJson, recovery: MoneyJson, loss: MoneyJson, servicingFee: MoneyJson, net: MoneyJson };
export const StatementJson = Type.Object({ ...StatementItem.properties, entryId: Nullable(Id), reason: Nullable(Type.String()), sums: Type.Object(Sums), owedBefore: MoneyJson, owedNow: MoneyJson });
export type StatementJson = Static<typeof StatementJson>;
export const LineItem = Type.Object({ id: Type.String(), loanAccountId: Id, number: Type.String(), borrowerName: Type.String(), participation: Type.String(), date: DateJson, kind: Type.String(), correction: Type.Boolean(), ...Sums });

export const OwnerJson = Type.Object({ owner: Nullable(Type.String({ description: "null: the lender itself" })), partnerId: Nullable(Id), participationId: Nullable(Id), share: Type.String(), fromDate: Nullable(DateJson), principal: MoneyJson });
export type OwnerJson = Static<typeof OwnerJson>;

const Pool = closed({ productCode: Type.Optional(Type.String({ maxLength: 61 })), disbursedFrom: Type.Optional(DateJson), disbursedTo: Type.Optional(DateJson) });
const LoanNumbers = Type.Array(Type.String({ minLength: 3, maxLength: 45 }), { minItems: 1, maxItems: 2000, uniqueItems: true, description: "Loan numbers" });
export const NewGuaranteeJson = closed({
  name: Text(120), currency: Currency, form: OneOf(["cash", "fixed_deposit", "bank_guarantee"] as const, "How the guarantor stands for it"), cap: Share, fromDate: DateJson, throughDate: DateJson,
  claimAfterDays: Type.Integer({ minimum: 1, maximum: 120, description: "Days past due from which on a loan may be claimed" }), loans: Type.Optional(LoanNumbers), pool: Type.Optional(Pool),
});
export const GuaranteeItem = Type.Object({
  id: Id, partnerId: Id, partner: Type.String(), name: Type.String(), currency: Currency, form: Type.String(), cap: Type.String({ description: "Share of what was lent" }), fromDate: DateJson, throughDate: DateJson, claimAfterDays: Type.Integer(), loans: Type.Integer(),
  disbursed: MoneyJson, limit: MoneyJson, claimed: MoneyJson, left: MoneyJson, state: Type.String(), madeBy: Type.String(), madeAt: InstantJson,
});
export const GuaranteeJson = Type.Object({
  ...GuaranteeItem.properties, outstanding: MoneyJson, overdue: MoneyJson, waiting: MoneyJson, used: Type.String({ description: "Claimed or waiting to be, as a share of the limit" }),
  ripe: Type.Object({ loans: Type.Integer(), principal: MoneyJson }, { description: "Loans past due for long enough, not claimed: how many, and their principal" }),
});
export type GuaranteeJson = Static<typeof GuaranteeJson>;
export const GuaranteedLoanItem = Type.Object({
  loanAccountId: Id, number: Type.String(), borrowerName: Type.String(), productCode: Type.String(), disbursed: MoneyJson, principal: MoneyJson, overdue: MoneyJson, daysPastDue: Type.Integer(), claimed: MoneyJson, claim: Nullable(Type.String()), claimId: Nullable(Id), claimedOn: Nullable(DateJson),
});
export const NewClaimJson = closed({ loans: Type.Optional(LoanNumbers) });

export const NewDisputeJson = closed({ loanAccountId: Type.Optional(Id), amount: MoneyJson, reason: Text(500, 3) });
export const AnswerJson = closed({ outcome: OneOf(["refused", "corrected", "adjusted"] as const), answer: Text(500, 3), amount: Type.Optional(MoneyJson) });
export const DisputeItem = Type.Object({
  id: Id, statementId: Id, partnerId: Id, partner: Type.String(), throughDate: DateJson, loanAccountId: Nullable(Id), number: Nullable(Type.String()), claimed: MoneyJson, reason: Type.String(), state: Type.String(), adjusted: Nullable(MoneyJson), answer: Nullable(Type.String()),
  entryId: Nullable(Id), raisedBy: Type.String(), raisedAt: InstantJson, answeredBy: Nullable(Type.String()), answeredAt: Nullable(InstantJson),
});
