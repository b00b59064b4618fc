import { formatRate, money, rate, toMoneyJson } from "#engine/index.ts";
import type { Tx } from "#kernel/db.ts";
import type { ListDefinition } from "#kernel/list.ts";
import type { GuaranteeJson } from "../contract.ts";
import { LATEST_CLAIM_DAYS } from "../domain/guarantees.ts";
import { WHOLE_PPB } from "../domain/shares.ts";
import { problem } from "../problems.ts";

const id = (sql: string) => ({ sql, kind: "text", label: "Identifier" } as const);
const made = (t: string) => ({ madeBy: { sql: `${t}.made_by`, kind: "text", label: "Made by" }, madeAt: { sql: `${t}.made_at`, kind: "instant", label: "Made at", sort: true } } as const);
const amount = (sql: string, label: string, currencySql = "g.currency") => ({ sql, kind: "money", currencySql, label } as const);
const TODAY = "(SELECT d.business_date FROM kernel.business_day d)";
const CLAIMED = "coalesce((SELECT sum(c.amount_minor) FROM partners.guarantee_claim c WHERE c.guarantee_id = g.id AND c.state = 'claimed'), 0)::bigint";
const GUARANTEE = {
  id: id("g.id"), partnerId: { sql: "g.partner_id", kind: "text", label: "Partner", filter: true }, partner: { sql: "p.name", kind: "text", label: "Partner", sort: true }, name: { sql: "g.name", kind: "text", label: "Name", sort: true },
  currency: { sql: "g.currency", kind: "text", label: "Currency", filter: true }, form: { sql: "g.form", kind: "text", label: "Form", filter: true }, cap: { sql: "trim_scale(g.cap_ppb / 1000000000.0)::numeric(12,9)", kind: "rate", label: "Cap" },
  fromDate: { sql: "g.from_date", kind: "date", label: "From", filter: true, sort: true }, throughDate: { sql: "g.through_date", kind: "date", label: "Through", filter: true, sort: true }, claimAfterDays: { sql: "g.claim_after_days", kind: "integer", label: "Claimed from days past due" },
  loans: { sql: "g.loans", kind: "integer", label: "Loans" }, disbursed: amount("g.disbursed_minor", "Lent"), limit: amount("g.cap_minor", "Limit"), claimed: amount(CLAIMED, "Claimed"), left: amount(`g.cap_minor - ${CLAIMED}`, "Left"),
  state: { sql: "g.state", kind: "text", label: "State", filter: true, sort: true }, ...made("g"),
} as const satisfies ListDefinition["columns"];

export const guarantees: ListDefinition = {
  name: "partners.guarantees", from: "partners.guarantee g JOIN partners.partner p ON p.tenant_id = g.tenant_id AND p.id = g.partner_id", key: "g.id", defaultSort: "-madeAt", search: ["g.name", "p.name"], columns: GUARANTEE,
};

const DAYS = `greatest(coalesce(${TODAY} - l.oldest_due_date, 0), 0)`;
export const guaranteedLoans: ListDefinition = {
  name: "partners.guaranteed_loans", key: "x.loan_account_id", defaultSort: "-daysPastDue", search: ["x.number", "x.borrower_name"],
  from: `partners.guarantee_loan x JOIN partners.guarantee g ON g.tenant_id = x.tenant_id AND g.id = x.guarantee_id JOIN servicing.report_loan l ON l.loan_account_id = x.loan_account_id
    LEFT JOIN partners.guarantee_claim c ON c.tenant_id = x.tenant_id AND c.guarantee_id = x.guarantee_id AND c.loan_account_id = x.loan_account_id AND c.state <> 'rejected'`,
  columns: {
    loanAccountId: { sql: "x.loan_account_id", kind: "text", label: "Loan" }, number: { sql: "x.number", kind: "text", label: "Number", filter: true, sort: true }, borrowerName: { sql: "x.borrower_name", kind: "text", label: "Borrower", sort: true },
    productCode: { sql: "x.product_code", kind: "text", label: "Product", filter: true, sort: true }, disbursed: amount("x.disbursed_minor", "Lent"), principal: { ...amount("l.principal_minor", "Principal"), sort: true, filter: true }, overdue: { ...amount("l.overdue_minor", "Past due"), sort: true },
    daysPastDue: { sql: DAYS, kind: "integer", label: "Days past due", sort: true, filter: true, required: true }, claimed: amount("coalesce(c.amount_minor, 0)", "Claimed"), claim: { sql: "c.state", kind: "text", label: "Claim", filter: true }, claimId: { sql: "c.id", kind: "text", label: "Claim" },
    claimedOn: { sql: "c.business_date", kind: "date", label: "Claimed on" },
  },
};

/** A guarantee with its meter: the limit, what is used of it, what is left, and what stands behind it today. May raise guarantee.not_found. */
export async function getGuarantee(tx: Tx, guaranteeId: string): Promise<GuaranteeJson> {
  const row = await tx.maybe<Record<"cap_ppb" | "disbursed_minor" | "cap_minor" | "claimed" | "waiting" | "outstanding" | "overdue" | "ripe_loans" | "ripe_principal", bigint> & Record<"id" | "partner_id" | "partner" | "name" | "currency" | "form" | "from_date" | "through_date" | "state" | "made_by" | "made_at", string> & { claim_after_days: number; loans: number }>("partners.guarantee.read",
    `SELECT g.*, p.name AS partner, c.claimed, c.waiting, l.outstanding, l.overdue, l.ripe_loans, l.ripe_principal
     FROM partners.guarantee g JOIN partners.partner p ON p.tenant_id = g.tenant_id AND p.id = g.partner_id
     CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor) FILTER (WHERE state = 'claimed'), 0)::bigint AS claimed, coalesce(sum(amount_minor) FILTER (WHERE state = 'proposed'), 0)::bigint AS waiting FROM partners.guarantee_claim WHERE guarantee_id = g.id) c
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(s.principal_minor), 0)::bigint AS outstanding, coalesce(sum(s.overdue_minor), 0)::bigint AS overdue, count(*) FILTER (WHERE s.ripe) AS ripe_loans, coalesce(sum(s.principal_minor) FILTER (WHERE s.ripe), 0)::bigint AS ripe_principal
       FROM (SELECT r.principal_minor, r.overdue_minor, coalesce($2::date - r.oldest_due_date, 0) BETWEEN g.claim_after_days AND ${LATEST_CLAIM_DAYS}
               AND NOT EXISTS (SELECT 1 FROM partners.guarantee_claim k WHERE k.guarantee_id = g.id AND k.loan_account_id = x.loan_account_id AND k.state <> 'rejected') AS ripe
             FROM partners.guarantee_loan x JOIN servicing.report_loan r ON r.loan_account_id = x.loan_account_id WHERE x.guarantee_id = g.id) s) l
     WHERE g.id = $1`, [guaranteeId, tx.businessDate]);
  if (row === undefined) throw problem("guarantee.not_found");
  const json = (minor: bigint) => toMoneyJson(money(minor, row.currency));
  const taken = row.claimed + row.waiting;
  return {
    id: row.id, partnerId: row.partner_id, partner: row.partner, name: row.name, currency: row.currency, form: row.form, cap: formatRate(rate(row.cap_ppb)), fromDate: row.from_date, throughDate: row.through_date, claimAfterDays: row.claim_after_days, loans: row.loans,
    disbursed: json(row.disbursed_minor), limit: json(row.cap_minor), claimed: json(row.claimed), left: json(row.cap_minor - taken), state: row.state, madeBy: row.made_by, madeAt: row.made_at,
    outstanding: json(row.outstanding), overdue: json(row.overdue), waiting: json(row.waiting), used: formatRate(rate(row.cap_minor === 0n ? 0n : (taken * BigInt(WHOLE_PPB)) / row.cap_minor)),
    ripe: { loans: Number(row.ripe_loans), principal: json(row.ripe_principal) },
  };
}

export const disputes: ListDefinition = {
  name: "partners.disputes", key: "d.id", defaultSort: "-raisedAt", search: ["p.name", "d.reason"],
  from: `partners.dispute d JOIN partners.statement s ON s.tenant_id = d.tenant_id AND s.id = d.statement_id JOIN partners.partner p ON p.tenant_id = s.tenant_id AND p.id = s.partner_id
    LEFT JOIN servicing.report_loan l ON l.loan_account_id = d.loan_account_id`,
  columns: {
    id: id("d.id"), statementId: { sql: "d.statement_id", kind: "text", label: "Statement", filter: true }, partnerId: { sql: "s.partner_id", kind: "text", label: "Partner", filter: true }, partner: { sql: "p.name", kind: "text", label: "Partner", sort: true },
    throughDate: { sql: "s.through_date", kind: "date", label: "Statement through", filter: true, sort: true }, loanAccountId: { sql: "d.loan_account_id", kind: "text", label: "Loan" }, number: { sql: "l.number", kind: "text", label: "Loan" },
    claimed: amount("d.claim_minor", "Said to be missing", "s.currency"), reason: { sql: "d.reason", kind: "text", label: "Reason" }, state: { sql: "d.state", kind: "text", label: "State", filter: true, sort: true }, adjusted: amount("d.adjust_minor", "Adjusted", "s.currency"),
    answer: { sql: "d.answer", kind: "text", label: "Answer" }, entryId: { sql: "d.entry_id", kind: "text", label: "Entry" }, raisedBy: { sql: "d.raised_by", kind: "text", label: "Raised by" }, raisedAt: { sql: "d.raised_at", kind: "instant", label: "Raised at", sort: true },
    answeredBy: { sql: "d.answered_by", kind: "text", label: "Answered by" }, answeredAt: { sql: "d.answered_at", kind: "instant", label: "Answered at", sort: true },
  },
};
