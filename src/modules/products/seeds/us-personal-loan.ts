import type { ProductDefinition } from "../definition.ts";
import { STANDARD_POSTING_RULES } from "../domain/posting-rules.ts";
import { COMMON_RULES, CREDIT_HISTORY, EMPLOYED_SINCE, FLOW, HOUSING, JUDGEMENT_SCORECARD, OTHER_PLANS, PURPOSES, SAVINGS, choice, letters, policyTable, words } from "./parts.ts";

const definition: ProductDefinition = {
  regime: "US_REG_Z",
  limits: { minimumAmount: "1000.00", maximumAmount: "50000.00", amountMultiple: "50.00", terms: [12, 18, 24, 36, 48, 60] },
  schedule: {
    model: "daily_simple", amortization: "equal_installments",
    interest: { method: "declining", calculation: "actual_days", partialPeriods: true, daysInYear: 365, daysInMonth: "actual", recalculation: null },
    rounding: "half-even", every: 1, unit: "months", installmentMultipleMinor: null,
    calendar: { weekend: [], holidays: [], roll: "none", movesInterest: false }, prepayment: "next_installments",
  },
  allocation: { strategy: "by_component", order: ["penalty", "fee", "interest", "principal"] },
  fees: [{ code: "origination_fee", label: words("Origination fee"), when: "disbursement", basis: "percent_of_principal", value: "0.03", deducted: true, inApr: true,
    // An origination fee is an adjustment of the loan's yield: ASC 310-20-35-2.
    recognition: "effective_interest" }],
  lateFee: { code: "late_fee", graceDays: 10, basis: "flat", value: "25.00" },
  penalCharge: null,
  bounceFee: { code: "returned_payment_fee", value: "25.00" },
  delinquency: {
    graceDays: 0, byInstallment: false, chargeOffDays: 120, openCaseFromDays: 5,
    buckets: [{ code: "1-29", from: 1, to: 29 }, { code: "30-59", from: 30, to: 59 }, { code: "60-89", from: 60, to: 89 }, { code: "90-119", from: 90, to: 119 }, { code: "120+", from: 120, to: null }],
    classes: [{ code: "current", fromDays: 0 }, { code: "past_due_30", fromDays: 30 }, { code: "past_due_90", fromDays: 90 }],
  },
  reminders: [{ daysFromDue: -5, channel: "email", template: "reminder_before" }, { daysFromDue: 1, channel: "sms", template: "reminder_after" }],
  pricing: { bands: [{ minimumScore: 640, annualRate: "0.0899" }, { minimumScore: 600, annualRate: "0.1299" }, { minimumScore: 570, annualRate: "0.1899" }, { minimumScore: 0, annualRate: "0.2499" }], offerDays: 30 },
  form: [
    { code: "about", title: words("About you"), fields: [
      { name: "givenName", label: words("First name"), kind: "text", required: true },
      { name: "familyName", label: words("Last name"), kind: "text", required: true },
      { name: "birthDate", label: words("Date of birth"), kind: "date", required: true },
      { name: "ssn", label: words("Social Security number"), why: words("Federal law asks us to verify who you are."), kind: "identifier", scheme: "SSN", required: true },
    ] },
    { code: "contact", title: words("How we reach you"), fields: [
      { name: "phone", label: words("Mobile number"), kind: "phone", required: true },
      { name: "email", label: words("E-mail"), kind: "email", required: true },
      { name: "address", label: words("Home address"), kind: "address", required: true },
    ] },
    { code: "work", title: words("Work and income"), fields: [
      choice("employedSince", words("With your employer since"), EMPLOYED_SINCE),
      { name: "monthlyIncome", label: words("Monthly income before tax"), why: words("Alimony, child support or separate maintenance need not be told unless you want it considered."), kind: "money", required: true, minimum: "1.00" },
      { name: "monthlyObligations", label: words("Monthly loan and card payments"), kind: "money", required: true, minimum: "0" },
      choice("housing", words("Your home"), HOUSING),
      choice("savings", words("Savings"), SAVINGS),
    ] },
    { code: "debts", title: words("Other loans"), fields: [
      choice("creditHistory", words("Earlier loans"), CREDIT_HISTORY, undefined, false), choice("otherInstallmentPlans", words("Buying on installments"), OTHER_PLANS),
      { name: "existingCredits", label: words("Running loans"), kind: "integer", required: true, minimum: "0", maximum: "30" },
    ] },
    { code: "loan", title: words("The loan"), fields: [
      choice("purpose", words("What is it for"), PURPOSES),
      { name: "payoutAccount", label: words("Account to pay into: routing number/account number"), kind: "account", scheme: "US_ACCOUNT", required: true },
    ] },
  ],
  checklist: [{ code: "income", label: words("Proof of income"), anyOf: ["pay_stub", "bank_statement", "tax_return"], stage: "funding" }],
  flow: FLOW,
  checks: ["ssn", "sanctions", "bank_account", "bureau"],
  policy: policyTable("Policy of the US personal loan", [
    ...COMMON_RULES,
    { when: { age: "< 18" }, outcome: "decline", code: "P20", text: "Not of legal age to contract" },
    { when: { foir: "> 0.5" }, outcome: "decline", code: "P22", text: "Obligations too high compared with income" },
    { when: { foir: "(0.43..0.5]" }, outcome: "refer", code: "P23", text: "Obligations high compared with income" },
    { when: { score: "< 530" }, outcome: "decline", code: "SCORE", text: "Score below the lowest accepted" },
    { when: { score: "[530..550]" }, outcome: "refer", code: "P24", text: "Score near the lowest accepted" },
  ]),
  scorecard: JUDGEMENT_SCORECARD,
  authority: [{ role: "underwriter", maximumAmount: "25000.00", maximumDeviation: 0 }, { role: "credit_manager", maximumAmount: "50000.00", maximumDeviation: 1 }],
  postingRules: STANDARD_POSTING_RULES,
  letters: letters("Prairie Lending"),
  consents: [
    { purpose: "credit_bureau", version: "2026-01", required: true, text: words("I authorize you to obtain my consumer report for this application.") },
    { purpose: "identity_check", version: "2026-01", required: true, text: words("I understand that my identity and account are verified.") },
    { purpose: "electronic_records", version: "2026-01", required: true, text: words("I agree to receive disclosures and sign electronically.") },
  ],
};

/** Unsecured personal loan in US dollars: interest by the day on what is really owed, actual/365, Truth in Lending disclosure. */
export const usPersonalLoan = { code: "personal-loan", name: "Personal loan", currency: "USD", definition } as const;
