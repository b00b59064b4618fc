import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { QuoteJson } from "#modules/products/contract.ts";
import { TextInput } from "@mantine/core";
import { useCommand } from "../../../api/hooks.ts";
import { formatMoney } from "../../../ui/format.ts";
import { Facts, Grid, Section } from "../../../ui/layout.tsx";
import { Waiting } from "../../../ui/loaded.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DateText, MoneyText } from "../../../ui/values.tsx";

/** An example loan of this version, recomputed by the server's own engine whenever a setting or a wish changes. */
export function LiveExample({ versionId, currency, definition, limits }: { versionId: string; currency: string; definition?: Record<string, unknown>; limits?: { minimumAmount?: string; maximumAmount?: string } }) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState(currency === "INR" ? "200000.00" : "10000.00");
  const [term, setTerm] = useState("24");
  const preview = useCommand<unknown, QuoteJson>(`/product-versions/${versionId}/preview`, { quiet: true });
  const body = JSON.stringify({ amount: { amount, currency }, termMonths: Number(term), definition });
  useEffect(() => {
    if (amount === "" || !/^\d{1,3}$/.test(term)) return;
    const timer = setTimeout(() => void preview.run(JSON.parse(body)), 300);
    return () => clearTimeout(timer);
  }, [body]);
  const q = preview.result;
  return (
    <Section title={t("Live example")}>
      <div className="stack">
        <div className="split">
          <MoneyInput label={t("Amount")} currency={currency} value={amount} onChange={setAmount} />
          <TextInput label={t("Months")} inputMode="numeric" value={term} onChange={(e) => setTerm(e.currentTarget.value)} />
        </div>
        {limits?.minimumAmount !== undefined && <p className="muted">{t("Between {{low}} and {{high}}", { low: formatMoney({ amount: limits.minimumAmount, currency }), high: formatMoney({ amount: limits.maximumAmount ?? "0", currency }) })}</p>}
        <ProblemNotice problem={preview.problem} focus={false} />
        {q === undefined ? preview.problem === null && <Waiting /> : <>
          <Facts items={[["Installment", q.installment, "money"], ["APR", q.apr, "rate"], ["Yearly rate", q.annualRate, "rate"], ["Paid out", q.netDisbursed, "money"], ["Interest", q.interest, "money"], ["Fees", q.fees, "money"], ["Total cost", q.totalCost, "money"], ["Total paid", q.totalPaid, "money"]]} />
          <div style={{ maxHeight: 420, overflow: "auto" }} tabIndex={0} role="region" aria-label={t("Schedule")}>
            <Grid label="Schedule" rows={q.rows} rowKey={(r) => r.number} columns={[
              { header: "#", align: "end", cell: (r) => r.number }, { header: "Due date", cell: (r) => <DateText value={r.dueDate} /> }, { header: "Principal", align: "end", cell: (r) => <MoneyText value={r.principal} style="plain" /> },
              { header: "Interest", align: "end", cell: (r) => <MoneyText value={r.interest} style="plain" /> }, { header: "Total", align: "end", cell: (r) => <MoneyText value={r.total} style="plain" /> }, { header: "Balance", align: "end", cell: (r) => <MoneyText value={r.balance} style="plain" /> },
            ]} />
          </div>
        </>}
      </div>
    </Section>
  );
}
