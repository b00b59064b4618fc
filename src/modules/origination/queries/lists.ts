import type { ListDefinition } from "#kernel/list.ts";

/** Of the actor $1: the borrower it is about, or the sales agent who brought it. */
const MINE = "(a.party_id = $1 OR a.owner_id = $1 OR a.co_party_id = $1)";

/** Applications at work: what loan officers, underwriters and operations see first. */
export const applications: ListDefinition = {
  name: "origination.applications", from: "origination.application a", key: "a.id", defaultSort: "-createdAt", search: ["a.applicant_name", "a.number", "a.loan_number"], scope: { branch: "a.branch_id", own: MINE },
  columns: {
    id: { sql: "a.id", kind: "text", label: "Id", filter: true }, number: { sql: "a.number", kind: "text", label: "Number", filter: true, sort: true }, applicant: { sql: "a.applicant_name", kind: "text", label: "Applicant", filter: true, sort: true },
    product: { sql: "a.product_name", kind: "text", label: "Product", filter: true, sort: true }, productCode: { sql: "a.product_code", kind: "text", label: "Product code", filter: true },
    amount: { sql: "a.amount_minor", currencySql: "a.currency", kind: "money", label: "Amount", filter: true, sort: true }, termMonths: { sql: "a.term_months", kind: "integer", label: "Term", filter: true, sort: true },
    state: { sql: "a.state", kind: "text", label: "Stage", filter: true, sort: true }, waitingOn: { sql: "a.waiting_on", kind: "text", label: "Waiting on", filter: true, sort: true }, score: { sql: "a.score", kind: "integer", label: "Score", filter: true, sort: true },
    policyOutcome: { sql: "a.policy_outcome", kind: "text", label: "Policy", filter: true, sort: true }, stageEnteredAt: { sql: "a.stage_entered_at", kind: "instant", label: "Since", filter: true, sort: true },
    stageDueAt: { sql: "a.stage_due_at", kind: "instant", label: "Due", filter: true, sort: true },
    slaMinutesLeft: { sql: "floor(extract(epoch FROM a.stage_due_at - now()) / 60)::bigint", kind: "integer", label: "Minutes left", sort: true },
    channel: { sql: "a.channel", kind: "text", label: "Channel", filter: true, sort: true }, branchId: { sql: "a.branch_id", kind: "text", label: "Branch", filter: true }, claimedBy: { sql: "a.claimed_by", kind: "text", label: "Taken by", filter: true },
    loanAccountId: { sql: "a.loan_account_id", kind: "text", label: "Loan", filter: true }, loanNumber: { sql: "a.loan_number", kind: "text", label: "Loan number", filter: true },
    createdAt: { sql: "a.created_at", kind: "instant", label: "Started", filter: true, sort: true }, submittedAt: { sql: "a.submitted_at", kind: "instant", label: "Handed in", filter: true, sort: true },
  },
};

/** Signed applications on their way to the payout, with what is still open. */
export const fundingQueue: ListDefinition = {
  name: "origination.funding_queue", from: "origination.application a JOIN origination.offer o ON o.tenant_id = a.tenant_id AND o.id = a.offer_id", where: "a.state IN ('signed', 'funding')", key: "a.id", defaultSort: "stageDueAt",
  search: ["a.applicant_name", "a.number"], scope: { branch: "a.branch_id" },
  columns: {
    id: { sql: "a.id", kind: "text", label: "Id" }, number: { sql: "a.number", kind: "text", label: "Number", filter: true, sort: true }, payee: { sql: "a.applicant_name", kind: "text", label: "Payee", filter: true, sort: true },
    state: { sql: "a.state", kind: "text", label: "Stage", filter: true, sort: true }, amount: { sql: "a.amount_minor", currencySql: "a.currency", kind: "money", label: "Amount", sort: true },
    net: { sql: "(o.quote->>'netDisbursedMinor')::bigint", currencySql: "a.currency", kind: "money", label: "Net payout" },
    conditionsOpen: { sql: "(SELECT count(*) FROM origination.requirement r WHERE r.tenant_id = a.tenant_id AND r.application_id = a.id AND r.state NOT IN ('met', 'waived'))", kind: "integer", label: "Open" },
    accountCheck: { sql: "(SELECT coalesce(c.outcome, c.state) FROM origination.check_request c WHERE c.tenant_id = a.tenant_id AND c.application_id = a.id AND c.kind = 'bank_account' ORDER BY c.id DESC LIMIT 1)", kind: "text", label: "Account" },
    nameMatch: { sql: "(SELECT (c.result->>'matchScore')::bigint FROM origination.check_request c WHERE c.tenant_id = a.tenant_id AND c.application_id = a.id AND c.kind = 'bank_account' ORDER BY c.id DESC LIMIT 1)", kind: "integer", label: "Name match" },
    approvalRequestId: { sql: "(SELECT f.approval_request_id FROM origination.funding f WHERE f.tenant_id = a.tenant_id AND f.application_id = a.id AND f.state = 'proposed' LIMIT 1)", kind: "text", label: "Request" },
    proposedBy: { sql: "(SELECT f.proposed_by FROM origination.funding f WHERE f.tenant_id = a.tenant_id AND f.application_id = a.id AND f.state = 'proposed' LIMIT 1)", kind: "text", label: "Proposed by" },
    stageDueAt: { sql: "a.stage_due_at", kind: "instant", label: "Due", filter: true, sort: true },
  },
};

export const timeline: ListDefinition = {
  name: "origination.timeline", from: "origination.timeline_entry t JOIN origination.application a ON a.tenant_id = t.tenant_id AND a.id = t.application_id", key: "t.id", defaultSort: "at", scope: { branch: "a.branch_id", own: MINE },
  columns: {
    id: { sql: "t.id", kind: "text", label: "Id" }, at: { sql: "t.at", kind: "instant", label: "At", sort: true, filter: true }, businessDate: { sql: "t.business_date", kind: "date", label: "Business date", filter: true }, kind: { sql: "t.kind", kind: "text", label: "Kind", filter: true },
    summary: { sql: "t.summary", kind: "text", label: "What" }, fromState: { sql: "t.from_state", kind: "text", label: "From" }, toState: { sql: "t.to_state", kind: "text", label: "To" }, actorId: { sql: "t.actor_id", kind: "text", label: "Who", filter: true },
  },
};

export const fundedLoans: ListDefinition = {
  name: "origination.funded_loans", from: "origination.funded_loan_file f JOIN origination.application a ON a.tenant_id = f.tenant_id AND a.id = f.application_id", key: "f.id", defaultSort: "-madeAt", search: ["a.number", "a.applicant_name"],
  columns: {
    id: { sql: "f.id", kind: "text", label: "File" }, applicationId: { sql: "f.application_id", kind: "text", label: "Application", filter: true }, number: { sql: "a.number", kind: "text", label: "Number", filter: true, sort: true },
    borrower: { sql: "a.applicant_name", kind: "text", label: "Borrower" }, amount: { sql: "a.amount_minor", currencySql: "a.currency", kind: "money", label: "Amount", sort: true }, sha256: { sql: "f.sha256", kind: "text", label: "Hash" },
    madeOn: { sql: "f.made_on", kind: "date", label: "Day", filter: true, sort: true }, madeAt: { sql: "f.made_at", kind: "instant", label: "At", sort: true },
  },
};
