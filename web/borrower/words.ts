/** Stages in the borrower's words; none of the lender's own. */
const STAGES: Readonly<Record<string, string>> = {
  draft: "Not handed in yet", submitted: "Handed in", verifying: "We are checking", referred: "A person is looking at it", approved: "Approved", declined: "Not this time", offered: "Offer for you", accepted: "Ready to sign", signed: "Signed", funding: "Payment is being prepared",
  disbursed: "Paid out", withdrawn: "Withdrawn", expired: "Expired",
};

export function stageWords(state: string): string {
  return STAGES[state] ?? state;
}

/** Kinds of papers in words. */
const PAPERS: Readonly<Record<string, string>> = {
  pan_card: "PAN card", passport: "Passport", driving_licence: "Driving licence", salary_slip: "Salary slip", bank_statement: "Bank statement", tax_return: "Tax return", pay_stub: "Pay stub", aadhaar: "Aadhaar", id_card: "Identity card", utility_bill: "Utility bill",
};

export function paperWords(code: string): string {
  return PAPERS[code] ?? code.replaceAll("_", " ");
}

/** The five steps everybody passes; which one a state belongs to. */
export const JOURNEY = ["Apply", "Check", "Offer", "Sign", "Money"] as const;

export function journeyStep(state: string): number {
  if (state === "draft") return 0;
  if (["submitted", "verifying", "referred", "declined"].includes(state)) return 1;
  if (["approved", "offered"].includes(state)) return 2;
  if (state === "accepted") return 3;
  return state === "disbursed" ? 5 : 4;
}

/** What a letter is called. */
export function noticeWords(kind: string): string {
  return ({ adverse_action: "Why we could not say yes", } as Readonly<Record<string, string>>)[kind] ?? "Letter";
}

/** What a paper of the loan is called, by its purpose. */
export function loanPaperWords(purpose: string): string {
  return ({ closure_letter: "Closing letter", payoff_letter: "Letter with the payoff sum", interest_statement: "Statement of interest" } as Readonly<Record<string, string>>)[purpose] ?? "Letter";
}
