import type { EndOfDayStep } from "#kernel/module.ts";

/** Keeps what the portfolio was when a day was closed: one statement, a row per product × branch × currency. */
export const snapshotStep: EndOfDayStep = {
  name: "reporting.snapshot",
  order: 850,
  per: "tenant",
  run: async (tx, _ctx, day) => {
    const touched = await tx.run("reporting.snapshot.take",
      `INSERT INTO reporting.portfolio_day (business_date, product_code, branch_id, currency, active_count, principal_minor, overdue_minor, par1_minor, par30_minor, par60_minor, par90_minor, charged_off_minor)
       SELECT $1::date, v.product_code, l.branch_id, l.currency, sum(l.active), sum(l.principal), sum(l.overdue), sum(l.par1), sum(l.par30), sum(l.par60), sum(l.par90), sum(l.charged_off)
       FROM (
         SELECT product_version_id, coalesce(branch_id, '') AS branch_id, currency, count(*) FILTER (WHERE status IN ('active', 'overpaid')) AS active, sum(principal_minor) AS principal, sum(overdue_minor) AS overdue,
           coalesce(sum(principal_minor) FILTER (WHERE $1::date + 1 - oldest_due_date >= 1), 0) AS par1, coalesce(sum(principal_minor) FILTER (WHERE $1::date + 1 - oldest_due_date > 30), 0) AS par30,
           coalesce(sum(principal_minor) FILTER (WHERE $1::date + 1 - oldest_due_date > 60), 0) AS par60, coalesce(sum(principal_minor) FILTER (WHERE $1::date + 1 - oldest_due_date > 90), 0) AS par90, sum(charged_off_minor) AS charged_off
         FROM servicing.report_position GROUP BY 1, 2, 3
       ) l JOIN products.report_version v ON v.product_version_id = l.product_version_id
       GROUP BY v.product_code, l.branch_id, l.currency
       ON CONFLICT DO NOTHING`, [day.date]);
    return { touched, failed: 0 };
  },
};
