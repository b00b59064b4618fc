import type { EndOfDayStep } from "#kernel/module.ts";

/** Keeps what the portfolio was when a day was closed: one statement, a row per product × branch × currency. */
export const snapshotStep: EndOfDayStep = {
  name: "reporting.snapshot",
  order: 850,
  per: "tenant",
  run: async (tx, _ctx, day) => {
    const touched = await tx.run("reporting.snapshot.take",
      `INSERT INTO reporting.portfolio_day (business_date, product_code, branch_id, currency, active_count, principal_minor, overdue_minor, par1_minor, par30_minor, par60_minor, par90_minor, charged_off_minor)
       SELECT $1::date, product_code, coalesce(branch_id, ''), currency, count(*) FILTER (WHERE status IN ('active', 'overpaid')), sum(principal_minor), sum(overdue_minor),
         coalesce(sum(principal_minor) FILTER (WHERE $1::date + 1 - oldest_due_date >= 1), 0), coalesce(sum(principal_minor) FILTER (WHERE $1::date + 1 - oldest_due_date > 30), 0),
         coalesce(sum(principal_minor) FILTER (WHERE $1::date + 1 - oldest_due_date > 60), 0), coalesce(sum(principal_minor) FILTER (WHERE $1::date + 1 - oldest_due_date > 90), 0), sum(charged_off_minor)
       FROM servicing.report_loan GROUP BY product_code, coalesce(branch_id, ''), currency
       ON CONFLICT DO NOTHING`, [day.date]);
    return { touched, failed: 0 };
  },
};
