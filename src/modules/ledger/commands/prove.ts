import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { quarantine } from "#kernel/end-of-day.ts";
import type { ClosingDay, EndOfDayStep } from "#kernel/module.ts";
import * as outbox from "#kernel/outbox.ts";

/** One comparison of two figures that must be equal. */
export interface Proof {
  readonly check: "trial_balance" | "day_totals" | "control";
  readonly account: string | null;
  readonly currency: string;
  /** What the books hold, debits minus credits, in minor units. */
  readonly ledgerMinor: bigint;
  /** What it must be. */
  readonly expectedMinor: bigint;
}

/**
 * Compares each control account with the sum of its sub-ledger, from one snapshot. The sub-ledger publishes the view
 * `servicing.ledger_control (currency, account, amount_minor)`, debits positive; without it there is nothing to compare.
 * Accounts that only one side knows are compared with 0.
 */
export async function proveControls(tx: Tx): Promise<Proof[]> {
  const { there } = await tx.one<{ there: boolean }>("ledger.prove.has_view", "SELECT to_regclass('servicing.ledger_control') IS NOT NULL AS there");
  if (!there) return [];
  return tx.rows<Proof & object>("ledger.prove.controls", `
    WITH book AS (
      SELECT t.account, t.currency, sum(t.debit_minor - t.credit_minor)::bigint AS minor
      FROM ledger.account_day_total t JOIN ledger.ledger_account a ON a.tenant_id = t.tenant_id AND a.code = t.account AND a.control
      WHERE t.book = 'statutory' GROUP BY t.account, t.currency
    ), sub AS (
      SELECT account, currency, sum(amount_minor)::bigint AS minor FROM servicing.ledger_control GROUP BY account, currency
    )
    SELECT 'control' AS "check", account, currency, coalesce(book.minor, 0) AS "ledgerMinor", coalesce(sub.minor, 0) AS "expectedMinor"
    FROM book FULL JOIN sub USING (account, currency) ORDER BY currency, account`);
}

/** Proves that debits equal credits per currency, and that a day's running totals are what was posted that day. */
export async function proveBooks(tx: Tx, date: string): Promise<Proof[]> {
  const balanced = await tx.rows<Proof & object>("ledger.prove.trial_balance", `
    SELECT 'trial_balance' AS "check", NULL AS account, currency, sum(debit_minor)::bigint AS "ledgerMinor", sum(credit_minor)::bigint AS "expectedMinor"
    FROM ledger.account_day_total GROUP BY currency ORDER BY currency`);
  const differing = await tx.rows<Proof & object>("ledger.prove.day_totals", `
    WITH posted AS (
      SELECT account, currency, sum(debit_minor - credit_minor)::bigint AS minor FROM ledger.posting WHERE business_date = $1 GROUP BY account, currency
    ), running AS (
      SELECT account, currency, sum(debit_minor - credit_minor)::bigint AS minor FROM ledger.account_day_total WHERE business_date = $1 GROUP BY account, currency
    )
    SELECT 'day_totals' AS "check", account, currency, coalesce(running.minor, 0) AS "ledgerMinor", coalesce(posted.minor, 0) AS "expectedMinor"
    FROM posted FULL JOIN running USING (account, currency)
    WHERE posted.minor IS DISTINCT FROM running.minor ORDER BY currency, account`, [date]);
  return [...balanced, ...differing];
}

/** End of day, last: makes coming months' tables, proves the books, keeps the proof, and raises what differs. */
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
      await quarantine(tx, ctx, { date: day.date, step: "ledger.prove", subject, reason: `${p.check} ${p.currency}: books ${p.ledgerMinor}, expected ${p.expectedMinor}` });
      await outbox.add(tx, ctx, { type: "ledger.proof_failed", subject, payload: { ...p, date: day.date } });
    }
    return { touched: proofs.length, failed: failed.length };
  },
};

async function saveProofs(tx: Tx, ctx: Context, day: ClosingDay, proofs: readonly Proof[]): Promise<void> {
  await tx.run("ledger.proof.save", `
    INSERT INTO ledger.proof (id, business_date, check_name, account, currency, ledger_minor, expected_minor, proved_at)
    SELECT p.id, $1, p.check_name, p.account, p.currency, p.ledger_minor, p.expected_minor, $2
    FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[]) AS p (id, check_name, account, currency, ledger_minor, expected_minor)`,
    [day.date, tx.now, proofs.map(() => ctx.ids.next("prf")), proofs.map((p) => p.check), proofs.map((p) => p.account), proofs.map((p) => p.currency),
      proofs.map((p) => String(p.ledgerMinor)), proofs.map((p) => String(p.expectedMinor))]);
}
