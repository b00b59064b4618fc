import { daysBetween, isoDate } from "#engine/date.ts";
import { money, toMoneyJson } from "#engine/money.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { ListDefinition } from "#kernel/list.ts";
import { allowanceNow } from "../commands/record-contact.ts";
import type { CaseJson } from "../contract.ts";
import { CHANNELS } from "../domain/contact-rules.ts";
import { problem } from "../problems.ts";
import type { CaseRow, ContactRow, PromiseRow } from "../store.ts";

// The figure came with an event of dpd_date and grows by one each day the loan stays behind.
const DAYS = "CASE WHEN c.state = 'closed' THEN 0 ELSE greatest(0, c.dpd + ((SELECT d.business_date FROM kernel.business_day d) - c.dpd_date)) END";

export const caseList: ListDefinition = {
  name: "collections.cases", from: "collections.collection_case c",
  columns: {
    id: { sql: "c.id", kind: "text", label: "Id", filter: true }, loanAccountId: { sql: "c.loan_account_id", kind: "text", label: "Loan id", filter: true },
    loanNumber: { sql: "c.loan_number", kind: "text", label: "Loan", filter: true, sort: true }, partyId: { sql: "c.party_id", kind: "text", label: "Borrower id", filter: true },
    borrowerName: { sql: "c.borrower_name", kind: "text", label: "Borrower", filter: true, sort: true }, productCode: { sql: "c.product_code", kind: "text", label: "Product", filter: true, sort: true },
    state: { sql: "c.state", kind: "text", label: "State", filter: true, sort: true }, stage: { sql: "c.stage", kind: "text", label: "Stage", filter: true, sort: true },
    bucket: { sql: "c.bucket", kind: "text", label: "Bucket", filter: true, sort: true }, daysPastDue: { sql: `(${DAYS})`, kind: "integer", label: "Days past due", filter: true, sort: true },
    overdue: { sql: "c.overdue_minor", kind: "money", currencySql: "c.currency", label: "Overdue", filter: true, sort: true },
    brokenPromise: { sql: "c.broken_promise", kind: "boolean", label: "Broken promise", filter: true, sort: true },
    nextContactDate: { sql: "c.next_contact_date", kind: "date", label: "Next contact", filter: true, sort: true }, lastContactAt: { sql: "c.last_contact_at", kind: "instant", label: "Last contact", filter: true, sort: true },
    lastOutcome: { sql: "c.last_outcome", kind: "text", label: "Last outcome", filter: true }, claimedBy: { sql: "c.claimed_by", kind: "text", label: "With", filter: true },
    claimedUntil: { sql: "c.claimed_until", kind: "instant", label: "Until" }, openedAt: { sql: "c.opened_at", kind: "instant", label: "Opened", filter: true, sort: true },
  },
  search: ["c.borrower_name", "c.loan_number", "c.id"], key: "c.id", defaultSort: "-brokenPromise,-overdue",
};

/** One case with its contacts and promises, newest first, and what the contact rules say now. May raise collections.case_not_found. */
export async function getCase(tx: Tx, ctx: Context, caseId: string): Promise<CaseJson> {
  const row = await tx.maybe<CaseRow>("collections.case.read", "SELECT * FROM collections.collection_case WHERE id = $1", [caseId]);
  if (row === undefined) throw problem("collections.case_not_found");
  const contacts = await tx.rows<ContactRow>("collections.contact.of_case", "SELECT * FROM collections.contact WHERE case_id = $1 ORDER BY id DESC LIMIT 100", [caseId]);
  const promises = await tx.rows<PromiseRow>("collections.promise.of_case", "SELECT * FROM collections.promise WHERE case_id = $1 ORDER BY id DESC LIMIT 100", [caseId]);
  const contactRules = [];
  for (const channel of CHANNELS) contactRules.push({ channel, ...(await allowanceNow(tx, ctx, row.loan_account_id, channel)) });
  return {
    ...present(row, tx.businessDate), closedAt: row.closed_at, closeReason: row.close_reason, version: Number(row.version), contactRules,
    contacts: contacts.map((c) => ({ id: c.id, channel: c.channel, outcome: c.outcome, note: c.note, contactedAt: c.contacted_at, actorId: c.actor_id, overriddenRule: c.overridden_rule, overrideReason: c.override_reason })),
    promises: promises.map((p) => ({ id: p.id, amount: toMoneyJson(money(p.amount_minor, p.currency)), dueDate: p.due_date, state: p.state, madeOn: p.made_on, madeBy: p.made_by, settledOn: p.settled_on })),
  };
}

function present(row: CaseRow, businessDate: string) {
  const since = daysBetween(isoDate(row.dpd_date), isoDate(businessDate));
  return {
    id: row.id, loanAccountId: row.loan_account_id, loanNumber: row.loan_number, partyId: row.party_id, borrowerName: row.borrower_name, productCode: row.product_code,
    state: row.state, stage: row.stage, bucket: row.bucket, daysPastDue: row.state === "closed" ? 0 : Math.max(0, row.dpd + since), overdue: toMoneyJson(money(row.overdue_minor, row.currency)),
    brokenPromise: row.broken_promise, nextContactDate: row.next_contact_date, lastContactAt: row.last_contact_at, lastOutcome: row.last_outcome,
    claimedBy: row.claimed_by, claimedUntil: row.claimed_until, openedAt: row.opened_at,
  };
}
