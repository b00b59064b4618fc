import { addDays, isoDate } from "#engine/index.ts";
import type { Tx } from "#kernel/db.ts";
import type { ClosingDay, EndOfDayStep } from "#kernel/module.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import { entryOf } from "../domain/books.ts";
import { productOf } from "../store.ts";

interface Moved { product_version_id: string; branch_id: string | null; currency: string; loans: bigint; minor: bigint }

/**
 * The worst loan of a borrower decides for all: where one does not perform, interest of the others is suspended too; where none does any more, it
 * is released, and the loans are looked at tomorrow. Two statements that read only loans in suspense and those of the same borrowers: below
 * 1 s per 1 M loans, nothing where no product asks for it.
 *
 * @source RBI, Master Circular "Prudential norms on Income Recognition, Asset Classification and Provisioning", 4.2.7 (borrower-wise)
 */
export const borrowersStep: EndOfDayStep = {
  name: "servicing.borrowers",
  order: 450,
  per: "tenant",
  run: async (tx, ctx, day) => {
    const caught = await tx.rows<Moved>("servicing.borrowers.catch", CATCH);
    const freed = await tx.rows<Moved>("servicing.borrowers.free", FREE, [addDays(isoDate(day.date), 1)]);
    await postAll(tx, ctx, [...await entriesOf(tx, caught, 1, day), ...await entriesOf(tx, freed, -1, day)]);
    return { touched: [...caught, ...freed].reduce((sum, moved) => sum + Number(moved.loans), 0), failed: 0 };
  },
};

const OWN = `SELECT DISTINCT a.borrower_party_id FROM servicing.loan_state s JOIN servicing.loan_account a ON a.tenant_id = s.tenant_id AND a.id = s.loan_account_id
  JOIN servicing.borrower_rule r ON r.tenant_id = s.tenant_id AND r.product_version_id = s.product_version_id
  WHERE s.non_accrual = 'own' AND a.borrower_party_id IS NOT NULL`;

const CATCH = `
WITH own AS MATERIALIZED (${OWN}), caught AS (
  UPDATE servicing.loan_state s SET non_accrual = 'borrower', suspense_minor = s.interest_minor, class = coalesce(r.class, s.class), version = s.version + 1
  FROM own JOIN servicing.loan_account a ON a.borrower_party_id = own.borrower_party_id, servicing.borrower_rule r
  WHERE s.tenant_id = a.tenant_id AND s.loan_account_id = a.id AND r.tenant_id = s.tenant_id AND r.product_version_id = s.product_version_id AND s.non_accrual IS NULL AND s.status = 'active'
  RETURNING s.product_version_id, s.branch_id, s.currency, s.suspense_minor)
SELECT product_version_id, branch_id, currency, count(*) AS loans, sum(suspense_minor)::bigint AS minor FROM caught GROUP BY product_version_id, branch_id, currency ORDER BY product_version_id, branch_id, currency`;

const FREE = `
WITH own AS MATERIALIZED (${OWN}), good AS MATERIALIZED (
  SELECT s.tenant_id, s.loan_account_id, s.product_version_id, s.branch_id, s.currency, s.suspense_minor
  FROM servicing.loan_state s JOIN servicing.loan_account a ON a.tenant_id = s.tenant_id AND a.id = s.loan_account_id
  WHERE s.non_accrual = 'borrower' AND NOT EXISTS (SELECT 1 FROM own WHERE own.borrower_party_id = a.borrower_party_id)
  ORDER BY s.loan_account_id FOR UPDATE OF s
), freed AS (
  UPDATE servicing.loan_state s SET non_accrual = NULL, suspense_minor = 0, class = NULL, attention_date = least(s.attention_date, $1::date), version = s.version + 1
  FROM good WHERE s.tenant_id = good.tenant_id AND s.loan_account_id = good.loan_account_id)
SELECT product_version_id, branch_id, currency, count(*) AS loans, sum(suspense_minor)::bigint AS minor FROM good GROUP BY product_version_id, branch_id, currency ORDER BY product_version_id, branch_id, currency`;

async function entriesOf(tx: Tx, moved: readonly Moved[], sign: 1 | -1, day: ClosingDay): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (const { product_version_id: id, branch_id: branchId, currency, minor } of moved) {
    if (minor === 0n) continue;
    const { definition, code } = await productOf(tx, id);
    const entry = entryOf(definition, [{ fact: "interest_suspended", amounts: { total: sign * Number(minor) } }], { productCode: code, branchId: branchId ?? undefined }, {
      cause: { kind: "end_of_day", id: day.date }, businessDate: day.date, valueDate: day.date, currency, memo: sign > 0 ? `Interest of borrowers who do not perform, ${code}` : `Interest of borrowers who perform again, ${code}`,
    });
    if (entry !== null) entries.push(entry);
  }
  return entries;
}
