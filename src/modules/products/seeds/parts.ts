import type { FormField, ProductDefinition, Words } from "../definition.ts";

/** Words in English and, where given, Hindi. */
export function words(en: string, hi?: string): Words {
  return hi === undefined ? { en } : { en, hi };
}

export function choice(name: string, label: Words, options: readonly (readonly [string, string, string?])[], why?: Words, required = true): FormField {
  return { name, label, ...(why === undefined ? {} : { why }), kind: "choice", required, options: options.map(([value, en, hi]) => ({ value, label: words(en, hi) })) };
}

export interface PolicyRule {
  /** Column → unary test of the rule engine: foir: "> 0.6". */
  readonly when: Readonly<Record<string, string>>;
  readonly outcome: "decline" | "refer";
  readonly code: string;
  readonly text: string;
}

/** A JDM document with one decision table that collects every rule that holds. Facts are ratios, counts and flags, never amounts. */
export function policyTable(name: string, rules: readonly PolicyRule[]): Record<string, unknown> {
  const columns = [...new Set(rules.flatMap((rule) => Object.keys(rule.when)))];
  const quoted = (text: string) => JSON.stringify(text);
  return {
    nodes: [
      { id: "facts", type: "inputNode", name: "Facts", position: { x: 0, y: 0 } },
      {
        id: "rules", type: "decisionTableNode", name, position: { x: 300, y: 0 },
        content: {
          hitPolicy: "collect",
          inputs: columns.map((field) => ({ id: `in_${field}`, name: field, field })),
          outputs: ["outcome", "code", "text"].map((field) => ({ id: `out_${field}`, name: field, field })),
          rules: rules.map((rule, i) => ({
            _id: `rule_${i + 1}`, ...Object.fromEntries(columns.map((field) => [`in_${field}`, rule.when[field] ?? ""])),
            out_outcome: quoted(rule.outcome), out_code: quoted(rule.code), out_text: quoted(rule.text),
          })),
        },
      },
      { id: "answer", type: "outputNode", name: "Answer", position: { x: 600, y: 0 } },
    ],
    edges: [{ id: "e1", type: "edge", sourceId: "facts", targetId: "rules" }, { id: "e2", type: "edge", sourceId: "rules", targetId: "answer" }],
  };
}

/** Rules that hold wherever credit is given: what the outside told us, and what it could not. */
export const COMMON_RULES: readonly PolicyRule[] = [
  { when: { sanctionsHit: "true" }, outcome: "refer", code: "P01", text: "A name on a screening list must be cleared by a person" },
  { when: { identityMismatch: "true" }, outcome: "refer", code: "P02", text: "Identity could not be confirmed" },
  { when: { accountMismatch: "true" }, outcome: "refer", code: "P03", text: "The payout account could not be confirmed as the applicant's" },
  { when: { checkUnanswered: "true" }, outcome: "refer", code: "P04", text: "A check could not be completed" },
  { when: { bureauWrittenOff: "> 0" }, outcome: "decline", code: "P10", text: "Written-off account on the credit report" },
  { when: { bureauWorstDpd12: ">= 90" }, outcome: "decline", code: "P11", text: "Serious delinquency in the last twelve months" },
  { when: { bureauWorstDpd12: "[30..89]" }, outcome: "refer", code: "P12", text: "Delinquency in the last twelve months" },
  { when: { bureauEnquiries90: "> 6" }, outcome: "refer", code: "P13", text: "Many recent credit enquiries" },
];

export const EMPLOYED_SINCE = [["unemployed", "Not employed", "रोज़गार नहीं"], ["lt1", "Less than 1 year", "1 वर्ष से कम"], ["1to4", "1 to 4 years", "1 से 4 वर्ष"], ["4to7", "4 to 7 years", "4 से 7 वर्ष"], ["ge7", "7 years or more", "7 वर्ष या अधिक"]] as const;
export const HOUSING = [["own", "My own home", "अपना घर"], ["rent", "Rented", "किराए का"], ["free", "Free of charge", "निःशुल्क"]] as const;
export const SAVINGS = [["none", "None or not told", "कोई नहीं"], ["low", "Small", "कम"], ["medium", "Some", "मध्यम"], ["high", "Good", "अच्छी"], ["very_high", "Large", "बहुत अच्छी"]] as const;
export const CHECKING = [["none", "No bank account with regular income", "नियमित आय वाला खाता नहीं"], ["negative", "Often overdrawn", "अक्सर ऋणात्मक"], ["low", "Low balance", "कम शेष"], ["high", "Good balance or salary account", "अच्छा शेष या वेतन खाता"]] as const;
export const CREDIT_HISTORY = [["none", "No earlier credit", "पहले कोई ऋण नहीं"], ["all_paid", "All loans here paid on time", "सभी समय पर चुकाए"], ["paid_till_now", "Loans running, paid on time", "चालू, समय पर"], ["delay", "Paid late in the past", "पहले देरी हुई"], ["critical", "Other loans elsewhere", "अन्यत्र ऋण"]] as const;
export const PURPOSES = [["car_new", "New car", "नई कार"], ["car_used", "Used car", "पुरानी कार"], ["furniture", "Furniture", "फर्नीचर"], ["electronics", "Phone, television, computer", "इलेक्ट्रॉनिक्स"], ["appliances", "Household appliances", "घरेलू उपकरण"], ["repairs", "Home repairs", "घर की मरम्मत"], ["education", "Education", "शिक्षा"], ["retraining", "Training for work", "प्रशिक्षण"], ["business", "Business", "व्यवसाय"], ["medical", "Medical", "चिकित्सा"], ["other", "Something else", "अन्य"]] as const;
export const PROPERTY = [["real_estate", "House or land", "मकान या ज़मीन"], ["savings_plan", "Savings or insurance plan", "बचत या बीमा"], ["car_other", "Car or other", "कार या अन्य"], ["none", "None", "कोई नहीं"]] as const;
export const OTHER_PLANS = [["none", "None", "कोई नहीं"], ["bank", "From a bank", "बैंक से"], ["stores", "From shops", "दुकानों से"]] as const;
export const JOBS = [["unskilled_non_resident", "Casual work, moving", "अस्थायी काम"], ["unskilled", "Unskilled, settled", "अकुशल"], ["skilled", "Skilled or office work", "कुशल या कार्यालय"], ["management", "Management or self-employed", "प्रबंधन या स्वरोज़गार"]] as const;

/** Points from judgement, for a lender without a history of its own; the fit from data replaces it by a new version. */
export const JUDGEMENT_SCORECARD: ProductDefinition["scorecard"] = {
  version: "judgement-1", base: 500,
  characteristics: [
    { fact: "bureauScore", label: "Credit bureau score", reasonCode: "S01", bins: [{ points: -60, below: 600 }, { points: 0, below: 680 }, { points: 40, below: 740 }, { points: 70, below: 790 }, { points: 90, below: 10_000 }, { points: 10, missing: true }] },
    { fact: "employedSince", label: "Length of employment", reasonCode: "S02", bins: [{ points: -30, in: ["unemployed"] }, { points: 0, in: ["lt1"] }, { points: 15, in: ["1to4"] }, { points: 25, in: ["4to7", "ge7"] }, { points: 0, missing: true }] },
    { fact: "housing", label: "Housing", reasonCode: "S03", bins: [{ points: 15, in: ["own"] }, { points: 0, in: ["rent"] }, { points: 5, in: ["free"] }, { points: 0, missing: true }] },
    { fact: "savings", label: "Savings", reasonCode: "S04", bins: [{ points: 0, in: ["none"] }, { points: 5, in: ["low"] }, { points: 10, in: ["medium"] }, { points: 20, in: ["high", "very_high"] }, { points: 0, missing: true }] },
    { fact: "foir", label: "Obligations compared with income", reasonCode: "S05", bins: [{ points: 40, below: 0.25 }, { points: 25, below: 0.4 }, { points: 5, below: 0.5 }, { points: -25, below: 1000 }, { points: -25, missing: true }] },
    { fact: "otherInstallmentPlans", label: "Other installment plans", reasonCode: "S06", bins: [{ points: 10, in: ["none"] }, { points: -5, in: ["bank", "stores"] }, { points: 0, missing: true }] },
    { fact: "existingCredits", label: "Number of running loans", reasonCode: "S07", bins: [{ points: 10, below: 2 }, { points: 0, below: 4 }, { points: -15, below: 1000 }, { points: 0, missing: true }] },
  ],
};

/** Service levels of the stages an application goes through. */
export const FLOW: ProductDefinition["flow"] = [
  { stage: "submitted", label: words("Received", "प्राप्त"), role: null, hours: 1 },
  { stage: "verifying", label: words("We are checking your details", "जाँच जारी"), role: "loan_officer", hours: 8 },
  { stage: "referred", label: words("A person is looking at it", "समीक्षा में"), role: "underwriter", hours: 24 },
  { stage: "approved", label: words("Approved", "स्वीकृत"), role: "loan_officer", hours: 8 },
  { stage: "offered", label: words("Your offer is ready", "प्रस्ताव तैयार"), role: "borrower", hours: 168 },
  { stage: "accepted", label: words("Sign the agreement", "अनुबंध पर हस्ताक्षर करें"), role: "borrower", hours: 72 },
  { stage: "signed", label: words("Preparing the payout", "भुगतान की तैयारी"), role: "operations_officer", hours: 24 },
  { stage: "funding", label: words("The payout is being approved", "भुगतान स्वीकृति"), role: "funding_officer", hours: 24 },
];

/** Letters with merge fields in double braces; the ones every product needs. */
export function letters(lender: string): ProductDefinition["letters"] {
  const letter = (subject: Words, body: Words) => ({ subject, body });
  return {
    application_received: letter(words(`${lender}: we have your application`, `${lender}: आपका आवेदन मिला`), words("Dear {{name}}, we have your application {{number}} for {{amount}}. We will tell you the next step soon.", "प्रिय {{name}}, {{amount}} के लिए आपका आवेदन {{number}} हमें मिल गया है।")),
    more_needed: letter(words(`${lender}: a person is looking at your application`, `${lender}: समीक्षा`), words("Dear {{name}}, a colleague is looking at your application {{number}} and may ask you for more.", "प्रिय {{name}}, हमारे सहकर्मी आपका आवेदन {{number}} देख रहे हैं।")),
    approved: letter(words(`${lender}: your offer is ready`, `${lender}: आपका प्रस्ताव तैयार है`), words("Dear {{name}}, your application {{number}} is approved. Look at your offers; they are good until {{expiresOn}}.", "प्रिय {{name}}, आपका आवेदन {{number}} स्वीकृत है। प्रस्ताव {{expiresOn}} तक मान्य हैं।")),
    declined: letter(words(`${lender}: about your application`, `${lender}: आपके आवेदन के बारे में`), words("Dear {{name}}, we could not approve your application {{number}}. The main reasons: {{reasons}}. The letter attached tells you your rights.", "प्रिय {{name}}, हम आपका आवेदन {{number}} स्वीकार नहीं कर सके। मुख्य कारण: {{reasons}}।")),
    offer_expired: letter(words(`${lender}: your offer has ended`, `${lender}: प्रस्ताव समाप्त`), words("Dear {{name}}, the offers for application {{number}} have ended. You are welcome to apply again.", "प्रिय {{name}}, आवेदन {{number}} के प्रस्ताव समाप्त हो गए हैं।")),
    agreement_ready: letter(words(`${lender}: please sign your agreement`, `${lender}: अनुबंध पर हस्ताक्षर करें`), words("Dear {{name}}, your agreement for application {{number}} is ready to read and sign.", "प्रिय {{name}}, आवेदन {{number}} का अनुबंध पढ़ने और हस्ताक्षर के लिए तैयार है।")),
    signing_code: letter(words(`${lender}: your code`, `${lender}: आपका कोड`), words("{{code}} is your code to sign the agreement of application {{number}}. Never tell it to anybody.", "आवेदन {{number}} के अनुबंध पर हस्ताक्षर का कोड (OTP) {{code}} है। किसी को न बताएँ।")),
    funded: letter(words(`${lender}: your money is on its way`, `${lender}: राशि भेजी गई`), words("Dear {{name}}, we are paying out {{net}} for application {{number}}.", "प्रिय {{name}}, आवेदन {{number}} के लिए {{net}} भेजा जा रहा है।")),
    payout_rejected: letter(words(`${lender}: the payout did not arrive`, `${lender}: भुगतान नहीं हो सका`), words("Dear {{name}}, your bank did not accept the payout of application {{number}}. We will contact you about the account.", "प्रिय {{name}}, आपके बैंक ने आवेदन {{number}} का भुगतान स्वीकार नहीं किया।")),
    withdrawn: letter(words(`${lender}: your application is withdrawn`, `${lender}: आवेदन वापस`), words("Dear {{name}}, your application {{number}} is withdrawn, as you asked.", "प्रिय {{name}}, आवेदन {{number}} वापस ले लिया गया है।")),
    reminder_before: letter(words(`${lender}: your installment is due soon`, `${lender}: किस्त देय`), words("Dear {{name}}, {{amount}} for loan {{number}} is due on {{dueDate}}.", "प्रिय {{name}}, ऋण {{number}} की किस्त {{amount}} {{dueDate}} को देय है।")),
    reminder_after: letter(words(`${lender}: your installment is overdue`, `${lender}: किस्त बकाया`), words("Dear {{name}}, {{amount}} for loan {{number}} was due on {{dueDate}}. Please pay or talk to us.", "प्रिय {{name}}, ऋण {{number}} की किस्त {{amount}} {{dueDate}} को देय थी। कृपया भुगतान करें या हमसे बात करें।")),
    charge_added: letter(words(`${lender}: a charge was added`, `${lender}: शुल्क जोड़ा गया`), words("Dear {{name}}, a charge of {{amount}} was added to loan {{number}}, because an installment was late. Paying now keeps it from growing.", "प्रिय {{name}}, किस्त में देरी के कारण ऋण {{number}} में {{amount}} का शुल्क जोड़ा गया है।")),
    payment_received: letter(words(`${lender}: thank you for your payment`, `${lender}: भुगतान मिला`), words("Dear {{name}}, we received {{amount}} for loan {{number}} on {{date}}.", "प्रिय {{name}}, ऋण {{number}} के लिए {{amount}} {{date}} को मिला।")),
    loan_closed: letter(words(`${lender}: your loan is paid`, `${lender}: ऋण चुक गया`), words("Dear {{name}}, loan {{number}} was closed on {{date}}; you owe us nothing any more. Your closing letter is with your papers.", "प्रिय {{name}}, ऋण {{number}} {{date}} को बंद हो गया; अब कुछ बकाया नहीं है।")),
  };
}
