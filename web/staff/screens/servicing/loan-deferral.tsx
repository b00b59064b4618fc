import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { LoanDeferralJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Facts, Grid, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { DateText, MoneyText, RateText, StatusTag } from "../../../ui/values.tsx";

type Deferral = Static<typeof LoanDeferralJson>;

/** How a loan's fees and costs become income: the yield, what each stretch between due dates earns by it, and each month. Nothing where they were income at once. */
export function LoanDeferral({ id }: { id: string }) {
  const query = useGet<Deferral>(`/loan-accounts/${id}/deferral`);
  return <Loaded query={query}>{(d) => (d.state === "none" ? null : <Shown d={d} />)}</Loaded>;
}

const STATES: Readonly<Record<Exclude<Deferral["state"], "none">, string>> = { running: "Taken month by month", held: "Stands still", over: "All taken", lost: "Gone with the loss" };

function Shown({ d }: { d: Deferral }) {
  const { t } = useTranslation();
  return (
    <>
      <Section title={t("Fees and costs by effective interest")}>
        <Facts items={[["State", <StatusTag key="s" value={d.state} label={t(STATES[d.state as keyof typeof STATES])} />], ["Contract rate", <RateText key="c" value={d.contractRate} />], ["Effective rate", d.effectiveRate === null ? "–" : <RateText key="e" value={d.effectiveRate} />],
          ["Fees deferred", d.deferred.fee, "money"], ["Fees taken into income", d.amortised.fee, "money"], ["Fees left", d.left.fee, "money"], ["Costs deferred", d.deferred.cost, "money"], ["Costs taken", d.amortised.cost, "money"], ["Costs left", d.left.cost, "money"]]} />
        <p className="muted">{d.why}</p>
      </Section>
      {d.stretches.length > 0 && <Section flush title={t("What each stretch between due dates earns")}>
        <Grid label="What each stretch between due dates earns" rows={d.stretches} rowKey={(r) => r.throughDate} columns={[
          { header: "From", cell: (r) => <DateText value={r.fromDate} /> }, { header: "Through", cell: (r) => <DateText value={r.throughDate} /> }, { header: "Carrying amount", align: "end", cell: (r) => <MoneyText value={r.carrying} /> }, { header: "Yield of the stretch", align: "end", cell: (r) => <RateText value={r.rate} /> },
          { header: "Income", align: "end", cell: (r) => <MoneyText value={r.income} /> }, { header: "Interest by contract", align: "end", cell: (r) => <MoneyText value={r.interest} /> }, { header: "Fees less costs", align: "end", cell: (r) => <MoneyText value={r.net} /> },
        ]} />
      </Section>}
      <Section flush title={t("Month by month")}>
        <Grid label="Fees and costs by month" rows={d.months} rowKey={(r) => r.month + String(r.taken)} columns={[
          { header: "Month", cell: (r) => <span className="mono">{r.month}</span> }, { header: "Taken", cell: (r) => (r.taken ? t("Yes") : t("Planned")) }, { header: "Fees", align: "end", cell: (r) => <MoneyText value={r.fee} /> }, { header: "Costs", align: "end", cell: (r) => <MoneyText value={r.cost} /> },
          { header: "Fees left", align: "end", cell: (r) => <MoneyText value={r.feeLeft} /> }, { header: "Costs left", align: "end", cell: (r) => <MoneyText value={r.costLeft} /> },
        ]} />
      </Section>
    </>
  );
}
