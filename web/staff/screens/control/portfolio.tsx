import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { FunnelReport, IncomeReport, ParHistory, PortfolioReport, Vintages } from "#modules/reporting/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Chart } from "../../../ui/chart.tsx";
import { formatCount, formatMoney, formatShare, humanise } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { NameText } from "../../kit/names.tsx";
import { useSession } from "../../session.tsx";
import { Concentration, CubeTable, Pools, Rolls, Yield } from "./portfolio-cube.tsx";

/** What is lent, how much of it is late, how the months of lending fare, and what it earns. */
export function Portfolio() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search] = useSearchState<{ tab?: string }>();
  const tab = lender.mode === "origination" ? "overview" : search.tab ?? "overview";
  const View = SIDES[tab];
  return (
    <Page title={t("Portfolio")}>
      {lender.mode !== "origination" && <Tabs current={tab} tabs={[["overview", "Overview"], ["cube", "Cube"], ["rolls", "Roll rates"], ["pools", "Static pools"], ["concentration", "Concentration"], ["yield", "Yield"]]} />}
      {View === undefined ? <Overview /> : <View />}
    </Page>
  );
}

/** The portfolio from its other sides: P5. */
const SIDES: Readonly<Record<string, () => ReactNode>> = { cube: CubeTable, rolls: Rolls, pools: Pools, concentration: Concentration, yield: Yield };

function Overview() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const portfolio = useGet<PortfolioReport>(lender.mode === "origination" ? null : "/reports/portfolio");
  return (
    <>
      {lender.mode !== "origination" && <>
        <Section flush title={t("Now")}>
          <Loaded query={portfolio} isEmpty={(p) => p.groups.length === 0} empty={t("No loan is on the books yet.")}>
            {(p) => <Grid label="Portfolio" rows={p.groups} rowKey={(g) => `${g.productCode}${g.branchId ?? ""}${g.currency}`} columns={[
              { header: "Product", cell: (g) => g.productCode }, { header: "Branch", cell: (g) => <NameText id={g.branchId} /> }, { header: "Active", align: "end", cell: (g) => formatCount(g.active) }, { header: "Closed", align: "end", cell: (g) => formatCount(g.closed) }, { header: "Charged off", align: "end", cell: (g) => formatCount(g.chargedOff) },
              { header: "Principal", align: "end", cell: (g) => <MoneyText value={g.principal} /> }, { header: "Overdue", align: "end", cell: (g) => <MoneyText value={g.overdue} /> }, { header: "PAR 1", align: "end", cell: (g) => formatShare(g.par1) }, { header: "PAR 30", align: "end", cell: (g) => formatShare(g.par30) }, { header: "PAR 60", align: "end", cell: (g) => formatShare(g.par60) }, { header: "PAR 90", align: "end", cell: (g) => formatShare(g.par90) }, { header: "Charged off, still owed", align: "end", cell: (g) => <MoneyText value={g.chargedOffBalance} /> },
            ]} />}
          </Loaded>
        </Section>
        <div className="split"><AtRisk currency={lender.currency} /><Income currency={lender.currency} /></div>
        <VintageTable currency={lender.currency} />
      </>}
      {lender.mode !== "servicing" && <Funnel />}
    </>
  );
}

function AtRisk({ currency }: { currency: string }) {
  const { t } = useTranslation();
  const query = useGet<Static<typeof ParHistory>>("/reports/portfolio-at-risk", { currency });
  return <Section title={t("Portfolio at risk")}><Loaded query={query} isEmpty={(r) => r.points.length === 0} empty={t("No month has been closed yet.")}>{(r) => <Chart title={t("Portfolio at risk")} kind="line" categories={r.points.map((p) => p.month)} shares series={(["par1", "par30", "par60", "par90"] as const).map((k) => ({ name: k.replace("par", "PAR "), values: r.points.map((p) => p[k]) }))} />}</Loaded></Section>;
}

function Income({ currency }: { currency: string }) {
  const { t } = useTranslation();
  const query = useGet<Static<typeof IncomeReport>>("/reports/income", { currency });
  return <Section title={t("Income and losses")}><Loaded query={query} isEmpty={(r) => r.months.length === 0} empty={t("Nothing has been earned yet.")}>{(r) => <Chart title={t("Income and losses")} kind="stacked" categories={r.months.map((m) => m.month)} format={(v) => formatMoney({ amount: String(v), currency })} series={(["interest", "fees", "penalties", "losses"] as const).map((k) => ({ name: t(humanise(k)), values: r.months.map((m) => Number(m[k].amount)) }))} />}</Loaded></Section>;
}

function VintageTable({ currency }: { currency: string }) {
  const { t } = useTranslation();
  const query = useGet<Static<typeof Vintages>>("/reports/vintages", { currency });
  return (
    <Section title={t("Share ever 30 days late, by month of payout")}>
      <Loaded query={query} isEmpty={(r) => r.cohorts.length === 0} empty={t("No loan has been paid out yet.")}>
        {(r) => {
          const months = Math.max(...r.cohorts.map((c) => c.shares.length), 0);
          return <Chart title={t("Share ever 30 days late, by month of payout")} kind="line" categories={Array.from({ length: months }, (_v, i) => t("month {{n}}", { n: i + 1 }))} shares series={r.cohorts.slice(-8).map((c) => ({ name: `${c.cohort} (${formatCount(c.loans)})`, values: c.shares }))} />;
        }}
      </Loaded>
    </Section>
  );
}

function Funnel() {
  const { t } = useTranslation();
  const query = useGet<Static<typeof FunnelReport>>("/reports/funnel");
  return (
    <Loaded query={query}>
      {(r) => (
        <div className="split">
          <Section title={t("How far applications came")}>{r.stages.length === 0 ? <Empty>{t("No application has come in yet.")}</Empty> : <Chart title={t("How far applications came")} kind="bar" categories={r.stages.map((s) => t(humanise(s.stage)))} series={[{ name: t("Applications"), values: r.stages.map((s) => s.count) }]} />}</Section>
          <Section title={t("Time to a decision")}><Facts big items={[["Decided", r.turnaround.decided, "integer"], ["Median seconds", r.turnaround.medianSecondsToDecision === null ? "–" : formatCount(Math.round(r.turnaround.medianSecondsToDecision))], ["Nine in ten within, seconds", r.turnaround.p90SecondsToDecision === null ? "–" : formatCount(Math.round(r.turnaround.p90SecondsToDecision))]]} /></Section>
        </div>
      )}
    </Loaded>
  );
}
