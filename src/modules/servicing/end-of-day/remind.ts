import { addDays, isoDate } from "#engine/index.ts";
import type { EndOfDayStep } from "#kernel/module.ts";
import * as outbox from "#kernel/outbox.ts";
import { publishedVersions } from "#modules/products/index.ts";
import { shardsOf } from "../domain/shard.ts";
import { reminderDue } from "../events.ts";
import { factOf, type LoanRow } from "../store.ts";

type Row = Pick<LoanRow, "id" | "number" | "currency" | "borrower_party_id" | "borrower_name" | "product_code" | "product_version_id"> & { due_date: string; due_minor: bigint; template: string; channel: string; days: number };

/**
 * Reminders ahead of a due date, for all loans that are not past due, in one statement a shard: their rows say when the next installment is
 * due and how much it is, so no history is read.
 */
export const remindStep: EndOfDayStep = {
  name: "servicing.remind",
  order: 290,
  per: "shard",
  run: async (tx, ctx, day) => {
    const asked = (await publishedVersions(tx)).flatMap((version) => version.definition.reminders.filter((r) => r.daysFromDue < 0)
      .map((r) => ({ version: version.id, template: r.template, channel: r.channel, days: r.daysFromDue, due: addDays(isoDate(day.date), -r.daysFromDue) })));
    if (asked.length === 0) return { touched: 0, failed: 0 };
    const rows = await tx.rows<Row>("servicing.remind.insert", REMIND,
      [day.date, asked.map((a) => a.version), asked.map((a) => a.template), asked.map((a) => a.channel), asked.map((a) => a.days), asked.map((a) => a.due), [...new Set(asked.map((a) => a.due))], ...shardsOf(day.shard, day.shards)]);
    await outbox.add(tx, ctx, ...rows.map((row) => reminderDue({ ...factOf(row), template: row.template, channel: row.channel, dueDate: row.due_date, daysFromDue: row.days, amountMinor: row.due_minor })));
    return { touched: rows.length, failed: 0 };
  },
};

// The loans of the days are found first, whatever their product: OFFSET keeps the planner from looking for them once for each product.
const REMIND = `
WITH due AS MATERIALIZED (
  SELECT s.loan_account_id, s.next_due_date, s.next_due_minor, r.template, r.channel, r.days
  FROM (
    SELECT loan_account_id, product_version_id, next_due_date, next_due_minor FROM servicing.loan_state
    WHERE next_due_date = ANY($7::date[]) AND status = 'active' AND oldest_due_date IS NULL AND next_due_minor > 0 AND shard BETWEEN $8 AND $9 OFFSET 0
  ) s JOIN unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::date[]) AS r (version, template, channel, days, due) ON r.version = s.product_version_id AND r.due = s.next_due_date
), made AS (
  INSERT INTO servicing.reminder (loan_account_id, due_date, template, days_from_due, business_date)
  SELECT loan_account_id, next_due_date, template, days, $1 FROM due ON CONFLICT DO NOTHING RETURNING loan_account_id, due_date, template, days_from_due
)
SELECT a.id, a.number, a.currency, a.borrower_party_id, a.borrower_name, a.product_code, a.product_version_id, due.next_due_date AS due_date, due.next_due_minor AS due_minor, due.template, due.channel, due.days
FROM made JOIN due ON due.loan_account_id = made.loan_account_id AND due.next_due_date = made.due_date AND due.template = made.template AND due.days = made.days_from_due
  JOIN servicing.loan_account a ON a.id = made.loan_account_id
ORDER BY a.id`;
