import type { ListDefinition } from "#kernel/list.ts";

const id = (sql: string) => ({ sql, kind: "text", label: "Identifier" } as const);
const made = (t: string) => ({ madeBy: { sql: `${t}.made_by`, kind: "text", label: "Made by" }, madeAt: { sql: `${t}.made_at`, kind: "instant", label: "Made at", sort: true } } as const);

export const partners: ListDefinition = {
  name: "partners.partners", from: "partners.partner p", key: "p.id", defaultSort: "name", search: ["p.code", "p.name"],
  columns: {
    id: id("p.id"), code: { sql: "p.code", kind: "text", label: "Code", filter: true, sort: true }, name: { sql: "p.name", kind: "text", label: "Name", sort: true }, kind: { sql: "p.kind", kind: "text", label: "Kind", filter: true }, state: { sql: "p.state", kind: "text", label: "State", filter: true, sort: true },
    account: { sql: "p.payee_masked", kind: "text", label: "Account" }, shares: { sql: "(SELECT count(*) FROM partners.participation s WHERE s.partner_id = p.id AND s.state = 'active')", kind: "integer", label: "Participations" }, ...made("p"),
  },
};
const share = (column: string) => `trim_scale(${column} / 1000000000.0)::numeric(12,9)`;
export const participations: ListDefinition = {
  name: "partners.participations", from: "partners.participation s JOIN partners.partner p ON p.tenant_id = s.tenant_id AND p.id = s.partner_id", key: "s.id", defaultSort: "-madeAt", search: ["s.name", "p.name"],
  columns: {
    id: id("s.id"), partnerId: { sql: "s.partner_id", kind: "text", label: "Partner", filter: true }, partner: { sql: "p.name", kind: "text", label: "Partner", sort: true }, name: { sql: "s.name", kind: "text", label: "Name", sort: true },
    currency: { sql: "s.currency", kind: "text", label: "Currency", filter: true }, share: { sql: share("s.share_ppb"), kind: "rate", label: "Share" }, fromDate: { sql: "s.from_date", kind: "date", label: "From", filter: true, sort: true },
    feeBasis: { sql: "s.fee_basis", kind: "text", label: "Servicing fee", filter: true }, feeRate: { sql: share("s.fee_ppb"), kind: "rate", label: "Fee rate" }, charges: { sql: "s.charges", kind: "text", label: "Charges", filter: true },
    loans: { sql: "s.loans", kind: "integer", label: "Loans" }, state: { sql: "s.state", kind: "text", label: "State", filter: true, sort: true }, ...made("s"),
  },
};
const money = (sql: string, label: string, currencySql: string) => ({ sql, kind: "money", currencySql, label } as const);
export const sharedLoans: ListDefinition = {
  name: "partners.loans", key: "l.loan_account_id", defaultSort: "number", search: ["l.number", "l.borrower_name"],
  from: `partners.participation_loan l JOIN partners.participation s ON s.tenant_id = l.tenant_id AND s.id = l.participation_id
    LEFT JOIN LATERAL (SELECT coalesce(sum(x.principal_minor) FILTER (WHERE x.principal_minor < 0), 0)::bigint AS bought, coalesce(sum(x.principal_minor) FILTER (WHERE x.principal_minor > 0), 0)::bigint AS returned, coalesce(sum(x.loss_minor), 0)::bigint AS lost,
      coalesce(sum(x.interest_minor + x.fee_minor + x.penalty_minor + x.recovery_minor - x.servicing_fee_minor), 0)::bigint AS income
      FROM partners.stated_line x WHERE x.participation_id = l.participation_id AND x.loan_account_id = l.loan_account_id) t ON true`,
  columns: {
    loanAccountId: { sql: "l.loan_account_id", kind: "text", label: "Loan" }, number: { sql: "l.number", kind: "text", label: "Number", filter: true, sort: true }, borrowerName: { sql: "l.borrower_name", kind: "text", label: "Borrower", sort: true },
    productCode: { sql: "l.product_code", kind: "text", label: "Product", filter: true, sort: true }, branchId: { sql: "l.branch_id", kind: "text", label: "Branch", filter: true },
    bought: money("-t.bought", "Bought", "s.currency"), returned: money("t.returned", "Principal returned", "s.currency"), lost: money("t.lost", "Lost", "s.currency"), held: money("-t.bought - t.returned - t.lost", "Owned", "s.currency"), income: money("t.income", "Income less fees", "s.currency"),
  },
};
export const statements: ListDefinition = {
  name: "partners.statements", from: "partners.statement s JOIN partners.partner p ON p.tenant_id = s.tenant_id AND p.id = s.partner_id", key: "s.id", defaultSort: "-throughDate,-madeAt", search: ["p.name"],
  columns: {
    id: id("s.id"), partnerId: { sql: "s.partner_id", kind: "text", label: "Partner", filter: true }, partner: { sql: "p.name", kind: "text", label: "Partner", sort: true }, currency: { sql: "s.currency", kind: "text", label: "Currency", filter: true },
    fromDate: { sql: "s.from_date", kind: "date", label: "From", filter: true, sort: true }, throughDate: { sql: "s.through_date", kind: "date", label: "Through", filter: true, sort: true }, state: { sql: "s.state", kind: "text", label: "State", filter: true, sort: true },
    payment: { sql: "s.payment", kind: "text", label: "Payment", filter: true }, net: { ...money("s.net_minor", "Net", "s.currency"), filter: true, sort: true }, paid: money("s.paid_minor", "Paid", "s.currency"), lines: { sql: "s.lines", kind: "integer", label: "Lines" }, ...made("s"),
  },
};
export const NET = "l.principal_minor + l.interest_minor + l.fee_minor + l.penalty_minor + l.recovery_minor - l.servicing_fee_minor";
export const statementLines: ListDefinition = {
  name: "partners.lines", key: "l.participation_id || l.loan_account_id || l.key", defaultSort: "number,date", search: ["x.number", "x.borrower_name"],
  from: `partners.share_line l JOIN partners.participation s ON s.tenant_id = l.tenant_id AND s.id = l.participation_id
    JOIN partners.participation_loan x ON x.tenant_id = l.tenant_id AND x.participation_id = l.participation_id AND x.loan_account_id = l.loan_account_id`,
  columns: {
    id: id("l.participation_id || l.loan_account_id || l.key"), loanAccountId: { sql: "l.loan_account_id", kind: "text", label: "Loan" }, number: { sql: "x.number", kind: "text", label: "Number", filter: true, sort: true }, borrowerName: { sql: "x.borrower_name", kind: "text", label: "Borrower", sort: true },
    participation: { sql: "s.name", kind: "text", label: "Participation", filter: true, sort: true }, date: { sql: "l.value_date", kind: "date", label: "Day", filter: true, sort: true }, kind: { sql: "l.kind", kind: "text", label: "What", filter: true, sort: true },
    correction: { sql: "l.correction", kind: "boolean", label: "Correction", filter: true },
    ...Object.fromEntries(([["received", "Received in all"], ["principal", "Principal"], ["interest", "Interest"], ["fee", "Fees"], ["penalty", "Penalties"], ["recovery", "Recoveries"], ["loss", "Loss"], ["servicing_fee", "Servicing fee"]] as const)
      .map(([column, label]) => [column === "servicing_fee" ? "servicingFee" : column, { ...money(`l.${column}_minor`, label, "s.currency"), filter: true, sort: true }])),
    net: { ...money(NET, "Net", "s.currency"), filter: true, sort: true },
  },
};
export const moves: ListDefinition = {
  name: "partners.moves", from: "partners.partner_move m", key: "m.id", defaultSort: "-recordedAt", search: [],
  columns: {
    id: id("m.id"), kind: { sql: "m.kind", kind: "text", label: "What", filter: true }, subjectId: { sql: "m.subject_id", kind: "text", label: "Of" }, amount: { ...money("m.amount_minor", "Amount", "m.currency"), filter: true, sort: true },
    businessDate: { sql: "m.business_date", kind: "date", label: "Day", filter: true, sort: true }, recordedAt: { sql: "m.recorded_at", kind: "instant", label: "Recorded at", sort: true },
  },
};
