import Type, { type TSchema } from "typebox";
import { Nullable, OneOf } from "#kernel/http/schemas.ts";
import { ROLES } from "#kernel/permissions.ts";
import { DAY_COUNT_CONVENTIONS } from "#engine/daycount.ts";
import { ROUNDINGS } from "#engine/index.ts";

/** The form of a product definition (definition.ts): what `checkDefinition` holds a draft against before its meaning is checked. */
const closed = (properties: Record<string, TSchema>) => Type.Object(properties, { additionalProperties: false });
const Words = Type.Record(Type.String({ pattern: "^[a-z]{2}$" }), Type.String({ minLength: 1, maxLength: 4000 }));
const Amount = Type.String({ pattern: "^[0-9]{1,13}(\\.[0-9]{1,3})?$" });
/** Bucket and class codes may begin with a digit: "1-29", "SMA-1". */
const Named = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9 +_-]{0,30}$" });
const Share = Type.String({ pattern: "^[0-9](\\.[0-9]{1,9})?$" });
const Code = Type.String({ pattern: "^[a-zA-Z][a-zA-Z0-9_.+-]{0,60}$" });
const Whole = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const Opt = Type.Optional;

const Interest = closed({
  method: OneOf(["declining", "flat", "precomputed"]), rebate: Opt(OneOf(["rule_of_78", "actuarial"])), chargeBy: Opt(OneOf(["add_on", "annuity"])), dayCount: Opt(OneOf(DAY_COUNT_CONVENTIONS)), calculation: OneOf(["equal_periods", "actual_days"]), partialPeriods: Type.Boolean(),
  daysInYear: Type.Union([Type.Literal("actual"), Type.Literal(360), Type.Literal(364), Type.Literal(365)]), daysInMonth: Type.Union([Type.Literal("actual"), Type.Literal(30)]),
  recalculation: Nullable(closed({
    rest: OneOf(["daily", "same_as_installment"]), advance: OneOf(["reduce_installment", "reduce_count", "reschedule_next", "adjust_last"]),
    payoffInterest: OneOf(["to_payoff_date", "to_next_rest_date"]), overdueEarnsInterest: Type.Boolean(),
  })),
});
const Calendar = closed({
  weekend: Type.Array(Whole(1, 7), { maxItems: 6 }), holidays: Type.Array(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }), { maxItems: 2000 }),
  roll: OneOf(["none", "following", "modified_following", "preceding"]), movesInterest: Type.Boolean(),
});
/** A decimal fraction that may be below zero. */
const Signed = Type.String({ pattern: "^-?[0-9](\\.[0-9]{1,9})?$" });
const Plan = closed({
  introductory: Opt(closed({ installments: Whole(1, 600), annualRate: Share })), rateSteps: Opt(Type.Array(closed({ installment: Whole(2, 600), plus: Signed }), { minItems: 1, maxItems: 60 })),
  tiers: Opt(closed({ on: OneOf(["whole_balance", "marginal"]), bands: Type.Array(closed({ above: Amount, upTo: Nullable(Amount), plus: Signed }), { minItems: 1, maxItems: 20 }) })), floating: Opt(closed({ index: Code, margin: Signed, cap: Nullable(Share), floor: Nullable(Share), maximumChange: Opt(Share), firstResetMonths: Whole(1, 360), everyMonths: Whole(1, 120) })), onRateChange: Opt(OneOf(["payment", "level", "term"])),
  graduated: Opt(closed({ every: Whole(1, 120), growth: Signed, times: Nullable(Whole(1, 100)) })),
  seasonal: Opt(closed({ months: Type.Array(closed({ month: Whole(1, 12), share: Share }), { minItems: 1, maxItems: 12 }), unpaidInterest: OneOf(["none", "accrue_to_first", "capitalise", "pay"]) })),
  negativeAmortization: Opt(OneOf(["refused", "capitalise"])),
  dates: Opt(Type.Union([closed({ kind: Type.Literal("semi_monthly"), days: Type.Tuple([Whole(1, 31), Whole(1, 31)]) }), closed({ kind: Type.Literal("month_end") }), closed({ kind: Type.Literal("nth_weekday"), nth: Whole(-1, 4), weekday: Whole(1, 7) })])),
  grace: Opt(closed({ principalInstallments: Whole(0, 600), interestInstallments: Whole(0, 600), interest: Opt(OneOf(["none", "accrue_to_first", "capitalise"])) })),
  balloonShare: Opt(Share), downPaymentShare: Opt(Share), fixedLengthDays: Opt(Whole(1, 40_000)),
});
const Component = OneOf(["principal", "interest", "fee", "penalty"]);
const Allocation = Type.Union([
  closed({ strategy: OneOf(["penalty_fee_interest_principal", "due_pfip_in_advance_ppfi", "due_pipf_in_advance_pipf"]) }),
  closed({ strategy: Type.Literal("by_component"), order: Type.Array(Component, { minItems: 4, maxItems: 4, uniqueItems: true }) }),
  closed({ strategy: Type.Literal("configurable"), direction: OneOf(["horizontal", "vertical"]), order: Type.Array(Code, { minItems: 1, maxItems: 12, uniqueItems: true }), future: Type.Record(Type.String(), OneOf(["next_installment", "last_installment", "spread_evenly", "reamortize"])) }),
]);
/** An amount, or a share with as many places as a rate has: 1.25 % is 0.0125. */
const AmountOrShare = Type.String({ pattern: "^[0-9]{1,13}(\\.[0-9]{1,9})?$" });
const Fee = closed({
  code: Code, label: Words, when: Type.Literal("disbursement"), basis: OneOf(["flat", "percent_of_principal"]), value: AmountOrShare, minimum: Opt(Amount), maximum: Opt(Amount), taxRate: Opt(Share),
  deducted: Type.Boolean(), inApr: Type.Boolean(), recognition: Opt(OneOf(["at_once", "effective_interest"])),
});
const Cost = closed({ code: Code, label: Words, basis: OneOf(["flat", "percent_of_principal"]), value: AmountOrShare, minimum: Opt(Amount), maximum: Opt(Amount) });
const Field = closed({
  name: Code, label: Words, why: Opt(Words), kind: OneOf(["text", "money", "integer", "date", "choice", "yes_no", "phone", "email", "identifier", "address", "account"]), scheme: Opt(Code), required: Type.Boolean(),
  options: Opt(Type.Array(closed({ value: Type.String({ minLength: 1, maxLength: 80 }), label: Words }), { minItems: 1, maxItems: 60 })), minimum: Opt(Type.String({ maxLength: 30 })), maximum: Opt(Type.String({ maxLength: 30 })),
  showWhen: Opt(closed({ field: Code, in: Type.Array(Type.String(), { minItems: 1 }) })),
});
const Bin = closed({ points: Whole(-1000, 1000), below: Opt(Type.Number()), in: Opt(Type.Array(Type.String(), { minItems: 1 })), missing: Opt(Type.Boolean()) });

export const ProductDefinitionSchema = closed({
  regime: OneOf(["IN_RBI", "US_REG_Z"]),
  limits: closed({ minimumAmount: Amount, maximumAmount: Amount, amountMultiple: Amount, terms: Type.Array(Whole(1, 600), { minItems: 1, maxItems: 120, uniqueItems: true }) }),
  schedule: closed({
    model: OneOf(["classic", "progressive", "daily_simple"]), amortization: OneOf(["equal_installments", "equal_principal", "interest_only", "bullet"]), interest: Interest, rounding: OneOf(ROUNDINGS),
    every: Whole(1, 120), unit: OneOf(["days", "weeks", "months", "years"]), installmentMultipleMinor: Nullable(Whole(1, 100_000)), calendar: Calendar, prepayment: OneOf(["next_installments", "reduce_term", "reduce_installment"]), plan: Opt(Plan),
  }),
  allocation: Allocation,
  fees: Type.Array(Fee, { maxItems: 20 }),
  costs: Opt(Type.Array(Cost, { minItems: 1, maxItems: 20 })),
  lateFee: Nullable(closed({ code: Code, graceDays: Whole(0, 120), basis: OneOf(["flat", "percent_of_overdue"]), value: Amount, maximum: Opt(Amount), taxRate: Opt(Share) })),
  bounceFee: Opt(closed({ code: Code, value: Amount })),
  paymentHolidays: Opt(closed({ installments: Whole(1, 120), interest: OneOf(["accrues", "none"]) })),
  presentAgain: Opt(closed({ retryAfterDays: Whole(1, 60), times: Whole(1, 5) })),
  penalCharge: Nullable(closed({ annualRate: Share, graceDays: Whole(0, 120) })),
  delinquency: closed({
    graceDays: Whole(0, 120), buckets: Type.Array(closed({ code: Named, from: Whole(1, 5000), to: Nullable(Whole(1, 5000)) }), { minItems: 1, maxItems: 20 }), byInstallment: Type.Boolean(),
    chargeOffDays: Nullable(Whole(1, 5000)), classes: Type.Array(closed({ code: Named, fromDays: Whole(0, 5000) }), { maxItems: 20 }), openCaseFromDays: Whole(1, 5000),
    nonAccrual: Opt(closed({ fromDays: Whole(1, 5000), until: OneOf(["arrears_paid", "below"]), wholeBorrower: Type.Boolean() })),
  }),
  reminders: Type.Array(closed({ daysFromDue: Whole(-60, 365), channel: OneOf(["sms", "email"]), template: Code }), { maxItems: 40 }),
  pricing: closed({ bands: Type.Array(closed({ minimumScore: Whole(-10_000, 10_000), annualRate: Share }), { minItems: 1, maxItems: 40 }), offerDays: Whole(1, 365) }),
  form: Type.Array(closed({ code: Code, title: Words, fields: Type.Array(Field, { minItems: 1, maxItems: 60 }) }), { minItems: 1, maxItems: 20 }),
  checklist: Type.Array(closed({ code: Code, label: Words, anyOf: Type.Array(Code, { minItems: 1 }), stage: OneOf(["documents", "funding"]) }), { maxItems: 40 }),
  flow: Type.Array(closed({ stage: Code, label: Words, role: Nullable(OneOf(ROLES)), hours: Whole(1, 10_000) }), { minItems: 1, maxItems: 20 }),
  checks: Type.Array(OneOf(["identity", "pan", "ssn", "address", "bank_account", "sanctions", "bureau"]), { maxItems: 10, uniqueItems: true }),
  policy: Type.Object({ nodes: Type.Array(Type.Unknown(), { minItems: 2, maxItems: 200 }), edges: Type.Array(Type.Unknown(), { maxItems: 400 }) }, { additionalProperties: true }),
  scorecard: closed({
    version: Type.String({ minLength: 1, maxLength: 80 }), base: Whole(-10_000, 10_000),
    characteristics: Type.Array(closed({ fact: Code, label: Type.String({ minLength: 1, maxLength: 120 }), reasonCode: Code, bins: Type.Array(Bin, { minItems: 1, maxItems: 60 }) }), { minItems: 1, maxItems: 60 }),
  }),
  authority: Type.Array(closed({ role: OneOf(ROLES), maximumAmount: Amount, maximumDeviation: Type.Number({ minimum: 0, maximum: 10 }) }), { minItems: 1, maxItems: 20 }),
  postingRules: Type.Record(Type.String(), Type.Record(Type.String(), Code)),
  books: Opt(Type.Array(closed({ book: OneOf(["management", "investor"]), basis: OneOf(["accrual", "cash"]), postingRules: Type.Record(Type.String(), Type.Record(Type.String(), Code)) }), { maxItems: 2 })),
  letters: Type.Record(Type.String(), closed({ subject: Words, body: Words })),
  consents: Type.Array(closed({ purpose: Code, version: Type.String({ minLength: 1, maxLength: 40 }), text: Words, required: Type.Boolean() }), { maxItems: 20 }),
});
