import { formatRate, isoDate, money, rate, toMoneyJson } from "#engine/index.ts";
import type { Tx } from "#kernel/db.ts";
import { readLoan } from "#modules/servicing/index.ts";
import type { OwnerJson, PartnerJson, StatementJson } from "../contract.ts";
import { movementsOf, partOf, WHOLE_PPB } from "../domain/shares.ts";
import { problem } from "../problems.ts";
import { NET } from "./lists.ts";

const json = (minor: bigint | number, currency: string) => toMoneyJson(money(minor, currency));

/** A partner with what is owed to it and what it owns, per currency. May raise partner.not_found. */
export async function getPartner(tx: Tx, id: string): Promise<PartnerJson> {
  const row = await tx.maybe<Omit<PartnerJson, "balances">>("partners.partner.read",
    `SELECT p.id, p.code, p.name, p.kind, p.state, p.payee_masked AS account, p.made_by AS "madeBy", p.made_at AS "madeAt", (SELECT count(*)::int FROM partners.participation s WHERE s.partner_id = p.id AND s.state = 'active') AS shares FROM partners.partner p WHERE p.id = $1`, [id]);
  if (row === undefined) throw problem("partner.not_found");
  const balances = await tx.rows<{ currency: string; owed: bigint; held: bigint }>("partners.partner.balances",
    `SELECT coalesce(m.currency, h.currency) AS currency, coalesce(m.owed, 0)::bigint AS owed, coalesce(h.held, 0)::bigint AS held
     FROM (SELECT currency, sum(amount_minor) AS owed FROM partners.partner_move WHERE partner_id = $1 GROUP BY currency) m
     FULL JOIN (SELECT s.currency, -sum(l.principal_minor + l.loss_minor) AS held FROM partners.stated_line l JOIN partners.participation s ON s.tenant_id = l.tenant_id AND s.id = l.participation_id WHERE s.partner_id = $1 GROUP BY s.currency) h USING (currency)
     ORDER BY 1`, [id]);
  return { ...row, balances: balances.map((b) => ({ currency: b.currency, owed: json(b.owed, b.currency), held: json(b.held, b.currency) })) };
}

const PARTS = ["received", "principal", "interest", "fee", "penalty", "recovery", "loss", "servicing_fee"] as const;
const SUMS = PARTS.map((c) => `coalesce(sum(l.${c}_minor), 0)::bigint AS ${c}`).join(", ");

/** A statement with its sums, and what was owed to the partner before it. May raise partner_statement.not_found. */
export async function getStatement(tx: Tx, id: string): Promise<StatementJson> {
  const s = await tx.maybe<{ id: string; partner_id: string; partner: string; currency: string; from_date: string; through_date: string; state: string; payment: string; net_minor: bigint; paid_minor: bigint; lines: number; made_by: string; made_at: string; entry_id: string | null; reason: string | null; owed: bigint; own: bigint }>("partners.statement.read",
    `SELECT s.id, s.partner_id, p.name AS partner, s.currency, s.from_date, s.through_date, s.state, s.payment, s.net_minor, s.paid_minor, s.lines, s.made_by, s.made_at, s.entry_id, s.reason,
       (SELECT coalesce(sum(amount_minor), 0)::bigint FROM partners.partner_move m WHERE m.partner_id = s.partner_id AND m.currency = s.currency) AS owed,
       (SELECT coalesce(sum(amount_minor), 0)::bigint FROM partners.partner_move m WHERE m.partner_id = s.partner_id AND m.currency = s.currency AND m.id < coalesce((SELECT min(x.id) FROM partners.partner_move x WHERE x.subject_id = s.id), 'pmv_~')) AS own
     FROM partners.statement s JOIN partners.partner p ON p.tenant_id = s.tenant_id AND p.id = s.partner_id WHERE s.id = $1`, [id]);
  if (s === undefined) throw problem("partner_statement.not_found");
  const sums = await tx.one<Record<(typeof PARTS)[number] | "net", bigint>>("partners.statement.parts",
    `SELECT ${SUMS}, coalesce(sum(${NET}), 0)::bigint AS net FROM partners.share_line l WHERE l.source_id = $1`, [id]);
  const m = (minor: bigint) => json(minor, s.currency);
  return {
    id: s.id, partnerId: s.partner_id, partner: s.partner, currency: s.currency, fromDate: s.from_date, throughDate: s.through_date, state: s.state, payment: s.payment, net: m(s.net_minor), paid: m(s.paid_minor), lines: s.lines, madeBy: s.made_by, madeAt: s.made_at,
    entryId: s.entry_id, reason: s.reason, owedBefore: m(s.own), owedNow: m(s.owed),
    sums: { received: m(sums.received), principal: m(sums.principal), interest: m(sums.interest), fee: m(sums.fee), penalty: m(sums.penalty), recovery: m(sums.recovery), loss: m(sums.loss), servicingFee: m(sums.servicing_fee), net: m(sums.net) },
  };
}

/** Who owns which share of a loan, and of its principal, as the loan stands; what is left is the lender's. May raise loan.not_found. */
export async function ownersOf(tx: Tx, loanAccountId: string): Promise<OwnerJson[]> {
  const loan = await readLoan(tx, loanAccountId);
  const shares = await tx.rows<{ id: string; partner_id: string; partner: string; share_ppb: bigint; offset_ppb: bigint; from_date: string }>("partners.owners.of",
    `SELECT s.id, s.partner_id, p.name AS partner, s.share_ppb, l.offset_ppb, s.from_date FROM partners.participation_loan l JOIN partners.participation s ON s.tenant_id = l.tenant_id AND s.id = l.participation_id
     JOIN partners.partner p ON p.tenant_id = s.tenant_id AND p.id = s.partner_id WHERE l.loan_account_id = $1 AND l.offset_ppb IS NOT NULL ORDER BY l.offset_ppb`, [loanAccountId]);
  const moved = movementsOf(loan.state).filter((m) => m.date <= isoDate(loan.state.asOf));
  const [lent, gone] = [moved.reduce((sum, m) => sum + m.lent, 0), moved.reduce((sum, m) => sum + m.principal + m.loss, 0)];
  const owners = shares.map((s) => {
    const share = { offsetPpb: Number(s.offset_ppb), sharePpb: Number(s.share_ppb) };
    return { minor: partOf(lent, share) - partOf(gone, share), owner: { owner: s.partner, partnerId: s.partner_id, participationId: s.id, share: formatRate(rate(s.share_ppb)), fromDate: s.from_date } };
  });
  const rest = BigInt(WHOLE_PPB) - shares.reduce((sum, s) => sum + s.share_ppb, 0n);
  return [
    { owner: null, partnerId: null, participationId: null, share: formatRate(rate(rest)), fromDate: null, principal: json(lent - gone - owners.reduce((sum, o) => sum + o.minor, 0), loan.currency) },
    ...owners.map(({ minor, owner }) => ({ ...owner, principal: json(minor, loan.currency) })),
  ];
}
