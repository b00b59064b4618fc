import { addDays, isoDate } from "#engine/index.ts";
import type { EndOfDayStep } from "#kernel/module.ts";
import * as outbox from "#kernel/outbox.ts";
import { reminderDue } from "../events.ts";
import { factOf, productOf, type LoanRow } from "../store.ts";

type Row = Pick<LoanRow, "id" | "number" | "currency" | "borrower_party_id" | "borrower_name" | "product_code" | "product_version_id"> & { due_date: string; due_minor: bigint; template: string; channel: string; days: number };

/**
 * Reminders ahead of a due date, for all loans that are not past due, in one statement: their rows say when the next installment is
 * due and how much it is, so no history is read.
 */
export const remindStep: EndOfDayStep = {
  name: "servicing.remind",
  order: 290,
  per: "tenant",
  run: async (tx, ctx, day) => {
    const versions = await tx.rows<{ id: string }>("servicing.remind.versions", "SELECT DISTINCT product_version_id AS id FROM servicing.loan_account");
    const asked: { version: string; template: string; channel: string; days: number; due: string }[] = [];
    for (const { id } of versions) {
      for (const r of (await productOf(tx, id)).definition.reminders) {
        if (r.daysFromDue < 0) asked.push({ version: id, template: r.template, channel: r.channel, days: r.daysFromDue, due: addDays(isoDate(day.date), -r.daysFromDue) });
      }
    }
    if (asked.length === 0) return { touched: 0, failed: 0 };
    const rows = await tx.rows<Row>("servicing.remind.insert",
      `WITH due AS MATERIALIZED (
         SELECT a.id, a.number, a.currency, a.borrower_party_id, a.borrower_name, a.product_code, a.product_version_id, s.next_due_date AS due_date, s.next_due_minor AS due_minor, r.template, r.channel, r.days
         FROM unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::date[]) AS r (version, template, channel, days, due)
         JOIN servicing.loan_state s ON s.next_due_date = r.due AND s.status = 'active' AND s.oldest_due_date IS NULL AND s.next_due_minor > 0
         JOIN servicing.loan_account a ON a.id = s.loan_account_id AND a.product_version_id = r.version
       ), made AS (
         INSERT INTO servicing.reminder (loan_account_id, due_date, template, days_from_due, business_date)
         SELECT id, due_date, template, days, $1 FROM due ON CONFLICT DO NOTHING RETURNING loan_account_id, template, days_from_due
       )
       SELECT due.* FROM due JOIN made ON made.loan_account_id = due.id AND made.template = due.template AND made.days_from_due = due.days ORDER BY due.id`,
      [day.date, asked.map((a) => a.version), asked.map((a) => a.template), asked.map((a) => a.channel), asked.map((a) => a.days), asked.map((a) => a.due)]);
    await outbox.add(tx, ctx, ...rows.map((row) => reminderDue({ ...factOf(row), template: row.template, channel: row.channel, dueDate: row.due_date, daysFromDue: row.days, amountMinor: row.due_minor })));
    return { touched: rows.length, failed: 0 };
  },
};
