import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { quarantine } from "#kernel/end-of-day.ts";
import type { ClosingDay, EndOfDayStep } from "#kernel/module.ts";
import * as outbox from "#kernel/outbox.ts";

/** One comparison of two figures that must be equal. */
export interface Proof {
  readonly check: "trial_balance" | "day_totals" | "control";
  readonly book: string;
  readonly account: string | null;
  readonly currency: string;
  /** What the books hold, debits minus credits, in minor units. */
  readonly ledgerMinor: bigint;
  /** What it must be. */
  readonly expectedMinor: bigint;
}

/**
 * Compares each control account with the sum of its sub-ledger, from one snapshot. The sub-ledger publishes the view
 * `servicing.ledger_control (currency, account, amount_minor, book)`, debits positive; without it there is nothing to compare. Partners publish one of the same form for
 * what is theirs.
 * Accounts that only one side knows are compared with 0. In a book beside the statutory one loans may be carried on accounts that control nothing: they are left out.
 */
export async function proveControls(tx: Tx): Promise<Proof[]> {
  const { there, partners } = await tx.one<{ there: boolean; partners: boolean }>("ledger.prove.has_views", "SELECT to_regclass('servicing.ledger_control') IS NOT NULL AS there, to_regclass('partners.ledger_control') IS NOT NULL AS partners");
  if (!there) return [];
  return partners ? tx.rows<Proof & object>("ledger.prove.controls_and_partners", `WITH part AS (${SERVICING} UNION ALL ${PARTNERS}), ${CONTROLS}`) : tx.rows<Proof & object>("ledger.prove.controls", `WITH part AS (${SERVICING}), ${CONTROLS}`);
}

const SERVICING = "SELECT currency, account, amount_minor, book FROM servicing.ledger_control";
const PARTNERS = "SELECT currency, account, amount_minor, book FROM partners.ledger_control";
const CONTROLS = `
    held AS (
      SELECT t.book, t.account, t.currency, sum(t.debit_minor - t.credit_minor)::bigint AS minor
      FROM ledger.account_day_total t JOIN ledger.ledger_account a ON a.tenant_id = t.tenant_id AND a.code = t.account AND a.control
      GROUP BY t.book, t.account, t.currency
    ), sub AS (
      SELECT c.book, c.account, c.currency, sum(c.amount_minor)::bigint AS minor FROM part c
      WHERE c.book = 'statutory' OR EXISTS (SELECT FROM ledger.ledger_account a WHERE a.code = c.account AND a.control) GROUP BY c.book, c.account, c.currency
    )
    SELECT 'control' AS "check", book, account, currency, coalesce(held.minor, 0) AS "ledgerMinor", coalesce(sub.minor, 0) AS "expectedMinor"
    FROM held FULL JOIN sub USING (book, account, currency) ORDER BY book DESC, currency, account`;

/** Proves that debits equal credits per currency, and that a day's running totals are what was posted that day. */
export async function proveBooks(tx: Tx, date: string): Promise<Proof[]> {
  const balanced = await tx.rows<Proof & object>("ledger.prove.trial_balance", `
    SELECT 'trial_balance' AS "check", book, NULL AS account, currency, sum(debit_minor)::bigint AS "ledgerMinor", sum(credit_minor)::bigint AS "expectedMinor"
    FROM ledger.account_day_total GROUP BY book, currency ORDER BY book DESC, currency`);
  const differing = await tx.rows<Proof & object>("ledger.prove.day_totals", `
    WITH posted AS (
      SELECT book, account, currency, sum(debit_minor - credit_minor)::bigint AS minor FROM ledger.posting WHERE business_date = $1 GROUP BY book, account, currency
    ), running AS (
      SELECT book, account, currency, sum(debit_minor - credit_minor)::bigint AS minor FROM ledger.account_day_total WHERE business_date = $1 GROUP BY book, account, currency
    )
    SELECT 'day_totals' AS "check", book, account, currency, coalesce(running.minor, 0) AS "ledgerMinor", coalesce(posted.minor, 0) AS "expectedMinor"
    FROM posted FULL JOIN running USING (book, account, currency)
    WHERE posted.minor IS DISTINCT FROM running.minor ORDER BY book, currency, account`, [date]);
  return [...balanced, ...differing];
}

/** Makes each account's running totals of the days through `date` one row a day. Returns how many rows went into them. */
export async function mergeDayTotals(tx: Tx, date: string): Promise<number> {
  const { merged } = await tx.one<{ merged: number }>("ledger.totals.merge", "SELECT ledger.merge_day_totals($1) AS merged", [date]);
  return merged;
}

/** End of day, last: makes coming months' tables, proves the books, keeps the proof, raises what differs, and folds the day's running totals. */
export const proveStep: EndOfDayStep = {
  name: "ledger.prove",
  order: 900,
  per: "tenant",
  run: async (tx, ctx, day) => {
    await tx.run("ledger.months.ahead", "SELECT kernel.make_months(ARRAY['ledger.journal_entry', 'ledger.posting']::regclass[], $1::date, 3)", [day.date]);
    const proofs = [...(await proveBooks(tx, day.date)), ...(await proveControls(tx))];
    await saveProofs(tx, ctx, day, proofs);
    const failed = proofs.filter((p) => p.ledgerMinor !== p.expectedMinor);
    for (const p of failed) {
      const subject = p.account ?? p.currency;
      await quarantine(tx, ctx, { date: day.date, step: "ledger.prove", subject, reason: `${p.check} ${p.book} ${p.currency}: books ${p.ledgerMinor}, expected ${p.expectedMinor}` });
      await outbox.add(tx, ctx, { type: "ledger.proof_failed", subject, payload: { ...p, date: day.date } });
    }
    await mergeDayTotals(tx, day.date);
    return { touched: proofs.length, failed: failed.length };
  },
};

async function saveProofs(tx: Tx, ctx: Context, day: ClosingDay, proofs: readonly Proof[]): Promise<void> {
  await tx.run("ledger.proof.save", `
    INSERT INTO ledger.proof (id, business_date, check_name, account, currency, ledger_minor, expected_minor, proved_at, book)
    SELECT p.id, $1, p.check_name, p.account, p.currency, p.ledger_minor, p.expected_minor, $2, p.book
    FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::text[]) AS p (id, check_name, account, currency, ledger_minor, expected_minor, book)`,
    [day.date, tx.now, proofs.map(() => ctx.ids.next("prf")), proofs.map((p) => p.check), proofs.map((p) => p.account), proofs.map((p) => p.currency),
      proofs.map((p) => String(p.ledgerMinor)), proofs.map((p) => String(p.expectedMinor)), proofs.map((p) => p.book)]);
}
