import type { ProductDefinition } from "../definition.ts";
import { STANDARD_POSTING_RULES } from "../domain/posting-rules.ts";
import { CHECKING, COMMON_RULES, CREDIT_HISTORY, EMPLOYED_SINCE, FLOW, HOUSING, JOBS, JUDGEMENT_SCORECARD, OTHER_PLANS, PROPERTY, PURPOSES, SAVINGS, choice, letters, policyTable, words } from "./parts.ts";

const definition: ProductDefinition = {
  regime: "IN_RBI",
  limits: { minimumAmount: "5000.00", maximumAmount: "1000000.00", amountMultiple: "10.00", terms: Array.from({ length: 70 }, (_v, i) => i + 3) },
  schedule: {
    model: "progressive", amortization: "equal_installments",
    // Money ahead saves interest from its day on. Overdue principal earns no further interest: the penal charge stands for that.
    interest: { method: "declining", calculation: "equal_periods", partialPeriods: true, daysInYear: 365, daysInMonth: "actual", recalculation: { rest: "daily", advance: "reduce_count", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } },
    rounding: "half-up", every: 1, unit: "months", installmentMultipleMinor: 100,
    calendar: { weekend: [], holidays: [], roll: "none", movesInterest: false }, prepayment: "reduce_term",
  },
  allocation: { strategy: "by_component", order: ["penalty", "fee", "interest", "principal"] },
  fees: [{ code: "processing_fee", label: words("Processing fee", "प्रोसेसिंग शुल्क"), when: "disbursement", basis: "percent_of_principal", value: "0.02", minimum: "500.00", maximum: "10000.00", taxRate: "0.18", deducted: true, inApr: true,
    // Part of the loan's effective interest: Ind AS 109, B5.4.2. Its tax is owed at once.
    recognition: "effective_interest" }],
  lateFee: null,
  // Penal charges on the overdue amount alone, never on charges, never capitalised: RBI, Fair Lending Practice, 18 August 2023.
  penalCharge: { annualRate: "0.24", graceDays: 3 },
  bounceFee: { code: "bounce_charge", value: "500.00" },
  presentAgain: { retryAfterDays: 5, times: 2 },
  delinquency: {
    graceDays: 0, byInstallment: false, chargeOffDays: 180, openCaseFromDays: 1,
    buckets: [{ code: "1-30", from: 1, to: 30 }, { code: "31-60", from: 31, to: 60 }, { code: "61-90", from: 61, to: 90 }, { code: "90+", from: 91, to: null }],
    // Special mention accounts and non-performing assets: RBI, Prudential norms on income recognition, 12 November 2021.
    classes: [{ code: "standard", fromDays: 0 }, { code: "SMA-0", fromDays: 1 }, { code: "SMA-1", fromDays: 31 }, { code: "SMA-2", fromDays: 61 }, { code: "NPA", fromDays: 91 }],
  },
  reminders: [{ daysFromDue: -3, channel: "sms", template: "reminder_before" }, { daysFromDue: 1, channel: "sms", template: "reminder_after" }, { daysFromDue: 7, channel: "email", template: "reminder_after" }],
  pricing: { bands: [{ minimumScore: 640, annualRate: "0.14" }, { minimumScore: 600, annualRate: "0.17" }, { minimumScore: 570, annualRate: "0.2" }, { minimumScore: 0, annualRate: "0.24" }], offerDays: 15 },
  form: [
    { code: "about", title: words("About you", "आपके बारे में"), fields: [
      { name: "givenName", label: words("Given names", "नाम"), kind: "text", required: true },
      { name: "familyName", label: words("Family name", "उपनाम"), kind: "text", required: true },
      { name: "birthDate", label: words("Date of birth", "जन्म तिथि"), kind: "date", required: true },
      { name: "pan", label: words("PAN", "पैन"), why: words("The law asks us to know who you are, and the bureau finds your report by it.", "कानून के अनुसार पहचान आवश्यक है।"), kind: "identifier", scheme: "PAN", required: true },
    ] },
    { code: "contact", title: words("How we reach you", "संपर्क"), fields: [
      { name: "phone", label: words("Mobile number", "मोबाइल"), kind: "phone", required: true },
      { name: "email", label: words("E-mail", "ई-मेल"), kind: "email", required: true },
      { name: "address", label: words("Home address", "पता"), kind: "address", required: true },
      { name: "residenceYears", label: words("Years at this address", "इस पते पर वर्ष"), kind: "integer", required: false, minimum: "0", maximum: "80" },
    ] },
    { code: "work", title: words("Work and income", "काम और आय"), fields: [
      choice("job", words("Kind of work", "काम"), JOBS),
      choice("employedSince", words("In this work since", "कब से"), EMPLOYED_SINCE),
      { name: "monthlyIncome", label: words("Income a month", "मासिक आय"), why: words("We only lend what you can repay.", "हम उतना ही देते हैं जितना आप चुका सकें।"), kind: "money", required: true, minimum: "1000.00" },
      { name: "monthlyObligations", label: words("Loan payments you make each month", "मासिक ऋण भुगतान"), kind: "money", required: true, minimum: "0" },
    ] },
    { code: "means", title: words("Home and savings", "घर और बचत"), fields: [
      choice("housing", words("Your home", "आवास"), HOUSING), choice("checkingBalance", words("Your bank account", "बैंक खाता"), CHECKING), choice("savings", words("Savings", "बचत"), SAVINGS), choice("property", words("What you own", "संपत्ति"), PROPERTY),
      { name: "dependants", label: words("People who depend on you", "आश्रित"), kind: "integer", required: false, minimum: "0", maximum: "20" },
    ] },
    { code: "debts", title: words("Other loans", "अन्य ऋण"), fields: [
      choice("creditHistory", words("Your earlier loans", "पिछले ऋण"), CREDIT_HISTORY), choice("otherInstallmentPlans", words("Buying on installments", "किस्त योजनाएँ"), OTHER_PLANS),
      { name: "existingCredits", label: words("Running loans", "चालू ऋण"), kind: "integer", required: true, minimum: "0", maximum: "30" },
    ] },
    { code: "loan", title: words("The loan", "ऋण"), fields: [
      choice("purpose", words("What is it for", "उद्देश्य"), PURPOSES),
      { name: "payoutAccount", label: words("Account to pay into: IFSC/account number", "भुगतान खाता"), why: words("It must be in your own name.", "खाता आपके नाम पर होना चाहिए।"), kind: "account", scheme: "IN_ACCOUNT", required: true },
    ] },
  ],
  checklist: [
    { code: "identity", label: words("Proof of identity", "पहचान प्रमाण"), anyOf: ["pan_card", "passport", "driving_licence"], stage: "funding" },
    { code: "income", label: words("Proof of income", "आय प्रमाण"), anyOf: ["salary_slip", "bank_statement", "tax_return"], stage: "funding" },
  ],
  flow: FLOW,
  checks: ["pan", "sanctions", "bank_account", "bureau"],
  policy: policyTable("Policy of the Indian personal loan", [
    ...COMMON_RULES,
    { when: { age: "< 21" }, outcome: "decline", code: "P20", text: "Below the lowest age for this loan" },
    { when: { ageAtEnd: "> 72" }, outcome: "decline", code: "P21", text: "Above the highest age at the end of this loan" },
    { when: { foir: "> 0.65" }, outcome: "decline", code: "P22", text: "Obligations too high compared with income" },
    { when: { foir: "(0.55..0.65]" }, outcome: "refer", code: "P23", text: "Obligations high compared with income" },
    { when: { score: "< 520" }, outcome: "decline", code: "SCORE", text: "Score below the lowest accepted" },
    { when: { score: "[520..545]" }, outcome: "refer", code: "P24", text: "Score near the lowest accepted" },
  ]),
  scorecard: JUDGEMENT_SCORECARD,
  authority: [{ role: "underwriter", maximumAmount: "500000.00", maximumDeviation: 0 }, { role: "credit_manager", maximumAmount: "1000000.00", maximumDeviation: 1 }],
  postingRules: STANDARD_POSTING_RULES,
  letters: letters("Bharat Finance"),
  consents: [
    { purpose: "credit_bureau", version: "2026-01", required: true, text: words("I agree that my credit report is fetched for this application.", "मैं सहमत हूँ कि इस आवेदन के लिए मेरी क्रेडिट रिपोर्ट ली जाए।") },
    { purpose: "identity_check", version: "2026-01", required: true, text: words("I agree that my identity, PAN and account are checked.", "मैं पहचान, पैन और खाते की जाँच के लिए सहमत हूँ।") },
    { purpose: "data_use", version: "2026-01", required: true, text: words("I agree that my data are used to decide on and run this loan, and for nothing else.", "मेरे डेटा का उपयोग केवल इस ऋण के लिए हो, मैं सहमत हूँ।") },
    { purpose: "marketing", version: "2026-01", required: false, text: words("You may tell me about other offers.", "मुझे अन्य प्रस्ताव बताए जा सकते हैं।") },
  ],
};

/** Personal loan of an Indian non-bank lender: equal monthly installments in rupees, processing fee with GST, key facts statement after the RBI. */
export const inPersonalLoan = { code: "personal-loan", name: "Personal loan", currency: "INR", definition } as const;
