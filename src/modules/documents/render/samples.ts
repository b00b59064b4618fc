import type { MoneyJson } from "#kernel/http/schemas.ts";
import type { Agreement, DocumentData, KeyFactsIn, Letterhead, ScheduleRow } from "./data.ts";

/** One made-up set of data per template: for tests, for looking at the pages, and as an example of what callers give. */
const inr = (amount: string): MoneyJson => ({ amount, currency: "INR" });
const usd = (amount: string): MoneyJson => ({ amount, currency: "USD" });

const india: Letterhead = {
  lender: { name: "Bharat Finance Limited", address: "12 Nariman Point, Mumbai 400021", registration: "NBFC registration N-13.00000 (sample)", phone: "1800 000 0000", email: "care@bharat.example", website: "www.bharat.example" },
  borrower: { name: "Asha Rao", address: "4 Lake Road\nPune 411001" }, reference: "LN00000042", issuedDate: "2026-01-15",
};
const america: Letterhead = {
  lender: { name: "Prairie Lending LLC", address: "100 Main Street, Lincoln, NE 68508", registration: "NMLS 000000 (sample)", phone: "(800) 555-0100", email: "help@prairie.example" },
  borrower: { name: "Dana O'Neil & <Sons>", address: "55 Oak Avenue\nOmaha, NE 68102" }, reference: "LN00000077", issuedDate: "2026-01-15",
};

/** Twenty-four rows with plausible figures; the pages are looked at, nobody adds them up. */
function rows(make: (amount: string) => MoneyJson): ScheduleRow[] {
  return Array.from({ length: 24 }, (_v, i): ScheduleRow => ({
    number: i + 1, dueDate: `${2026 + Math.floor((i + 1) / 12)}-${String(((i + 1) % 12) + 1).padStart(2, "0")}-15`,
    opening: make(`${240_000 - i * 10_000}.00`), principal: make("10000.00"), interest: make(`${(24 - i) * 100}.00`), total: make(`${10_000 + (24 - i) * 100}.00`), balance: make(`${240_000 - (i + 1) * 10_000}.00`),
  }));
}

const agreement: Agreement = {
  ...india, productName: "Personal loan", amount: inr("240000.00"), netDisbursed: inr("234100.00"), annualRate: "0.1400", apr: "0.165432", installments: 24, installment: inr("11523.00"), firstDueDate: "2026-02-15", maturityDate: "2028-01-15",
  coBorrowers: ["Vikram Rao"], fees: [{ name: "Processing fee", amount: inr("5000.00"), note: "taken from the payout" }, { name: "GST 18% on it", amount: inr("900.00") }],
  totals: { principal: inr("240000.00"), interest: inr("36552.00"), total: inr("276552.00") }, schedule: rows(inr),
  clauses: [
    { title: "Repayment", text: "The borrower pays each installment on its due date. A payment counts on the day it reaches the lender." },
    { title: "Late payment", text: "After a grace period of three days a penal charge of 2% a month is due on the overdue installment. Penal charges are not capitalised and bear no interest." },
    { title: "Prepayment", text: "The borrower may repay early, in whole or in part, at any time." },
    { title: "Complaints", text: "Complaints go to the grievance officer named in the key facts statement, and after thirty days to the ombudsman." },
  ],
  signature: { name: "Asha Rao", signedAt: "2026-01-15 10:32 UTC", evidence: "One-time code to ····4321; document SHA-256 5f2d…9a01; timestamp 00000042" },
};

const keyFacts: KeyFactsIn = {
  ...india, loanType: "Personal loan, unsecured", amount: inr("240000.00"), disbursalSchedule: "100% upfront", termText: "24 months", installmentType: "Monthly", installments: 24, installment: inr("11523.00"), firstDueDate: "2026-02-15",
  annualRate: "0.14", rateType: "Fixed", fees: [{ name: "Processing fee", payableTo: "lender", frequency: "one_time", amount: inr("5000.00") }, { name: "GST on processing fee", payableTo: "lender", frequency: "one_time", amount: inr("900.00") }, { name: "Insurance", payableTo: "third_party", frequency: "one_time", amount: inr("0.00") }],
  feesToLender: inr("5900.00"), feesToThirdParties: inr("0.00"), totalInterest: inr("36552.00"), netDisbursed: inr("234100.00"), totalPayable: inr("276552.00"), apr: "0.165432",
  contingent: { penalCharge: "2% a month of the overdue installment, not compounded", otherPenal: "None", foreclosure: "None", switching: "Not applicable", other: "₹500 for each returned payment" },
  recoveryClause: "Clause 7", grievanceClause: "Clause 4", grievanceOfficer: { name: "Meera Nair", phone: "1800 000 0001", email: "grievance@bharat.example" }, transferable: false, coolingOffDays: 3, recoveryAgents: "None", validUntilDate: "2026-01-18", schedule: rows(inr),
};

export const SAMPLES: DocumentData = {
  "agreement": agreement,
  "key-facts-in": keyFacts,
  "truth-in-lending": {
    ...america, apr: "0.1352", noteRate: "0.1199", financeCharge: usd("1493.20"), amountFinanced: usd("9750.00"), totalOfPayments: usd("11243.20"),
    payments: [{ count: 35, amount: usd("312.31"), when: "Monthly, beginning February 15, 2026" }, { count: 1, amount: usd("312.35"), when: "January 15, 2029" }],
    security: "This loan is unsecured.", lateCharge: "If a payment is more than 10 days late, you will be charged $25.00.", prepayment: "If you pay off early, you will not have to pay a penalty.",
    itemization: { toYou: usd("9750.00"), toOthers: [{ name: "none", amount: usd("0.00") }], prepaidFinanceCharge: usd("250.00") },
  },
  "adverse-action": {
    ...america, reference: "app_0k3f", regime: "US", productName: "a personal installment loan", appliedDate: "2026-01-12", action: "declined", reasons: ["Income insufficient for amount of credit requested", "Delinquent past or present credit obligations with others"],
    bureau: { name: "Sandbox Credit Bureau", address: "1 Data Way, Springfield", phone: "(800) 555-0199" },
    score: { value: 588, low: 300, high: 850, date: "2026-01-13", model: "SANDBOX-US-1", factors: ["Proportion of balances to credit limits is too high", "Number of recent enquiries", "Time since delinquency is too recent"] },
  },
  "approval": { ...india, productName: "Personal loan", amount: inr("240000.00"), annualRate: "0.14", apr: "0.165432", installments: 24, installment: inr("11523.00"), validUntilDate: "2026-01-25", conditions: ["A bank statement of the last three months", "Verification of your address"] },
  "closure-letter": { ...india, amount: inr("240000.00"), disbursedDate: "2024-01-15", closedDate: "2026-01-15", totalPaid: inr("276552.00"), outcome: "paid" },
  "payoff-quote": { ...india, payoffDate: "2026-01-20", validUntilDate: "2026-01-31", lines: [{ name: "Principal", amount: inr("123456.78") }, { name: "Interest to that day", amount: inr("710.12") }, { name: "Penal charges", amount: inr("230.46") }], total: inr("124397.36"), perDiem: inr("47.35"), payTo: "Bharat Finance Limited, IFSC SBXB0000001, account 50100077" },
  "statement": {
    ...india, fromDate: "2025-10-01", toDate: "2025-12-31", openingPrincipal: inr("150000.00"), closingPrincipal: inr("123456.78"), overdue: inr("0.00"), nextDueDate: "2026-01-15", nextDue: inr("11523.00"),
    transactions: Array.from({ length: 12 }, (_v, i) => ({ valueDate: `2025-${10 + Math.floor(i / 4)}-${String(5 + (i % 4) * 5).padStart(2, "0")}`, text: i % 2 === 0 ? "Installment due" : "Payment received, bank transfer", ...(i % 2 === 0 ? { debit: inr("11523.00") } : { credit: inr("11523.00") }), balance: inr(`${150_000 - i * 2000}.00`) })),
  },
  "interest-statement": { ...america, fromDate: "2025-01-01", toDate: "2025-12-31", interest: usd("1099.23"), openingPrincipal: usd("12000.00"), disbursedDate: "2024-12-01", payerId: "•••••8726" },
  "partner-statement": {
    ...india, borrower: { name: "Orion Capital" }, reference: "pst_0k3fabc", fromDate: "2025-12-01", toDate: "2025-12-31", received: inr("300.00"), principal: inr("110.40"), interest: inr("9.60"), charges: inr("0.00"), recovered: inr("0.00"), income: inr("9.60"), servicingFee: inr("2.40"), net: inr("117.60"), loss: inr("0.00"), held: inr("289.60"),
    lines: [10, 20, 30].map((day) => ({ valueDate: `2025-12-${day}`, number: "LN00000042", correction: day === 20, received: inr("100.00"), principal: inr("36.80"), income: inr("3.20"), servicingFee: inr("0.80"), net: inr("39.20") })),
  },
  "receipt": { ...india, receiptNumber: "rcp_0k3fabc", receivedDate: "2026-01-15", amount: inr("11523.00"), channel: "Bank transfer", allocation: [{ name: "Interest", amount: inr("1440.33") }, { name: "Principal", amount: inr("10082.67") }], outstanding: inr("113374.11") },
  "reminder": { ...india, dueDate: "2026-01-05", amount: inr("11523.00"), overdueDays: 10, payTo: "IFSC SBXB0000001, account 50100077, text LN00000042", lateChargeText: "A penal charge of 2% a month is due on the overdue installment." },
};
