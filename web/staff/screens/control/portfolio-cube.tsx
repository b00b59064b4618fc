import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { Concentration as ConcentrationJson, PortfolioCube, PortfolioYield, RollRates, StaticPools } from "#modules/reporting/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Chart } from "../../../ui/chart.tsx";
import { formatCount, formatMoney, formatShare, humanise } from "../../../ui/format.ts";
import { Grid, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { ButtonLink } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useDirectory } from "../../kit/names.tsx";
import { useSession } from "../../session.tsx";

type Cube = Static<typeof PortfolioCube>;
type Dimension = Cube["rows"];
interface Search extends Record<string, unknown> { rows?: Dimension; columns?: Dimension; show?: string; by?: string; months?: string }

const DIMENSIONS = [["product", "Product"], ["branch", "Branch"], ["bucket", "Bucket"], ["class", "Class"], ["vintage", "Quarter of payout"], ["size", "Amount lent"]] as const;
const MEASURES = [["principal", "Principal"], ["loans", "Loans"], ["overdue", "Overdue"], ["par30", "PAR 30"], ["par90", "PAR 90"]] as const;
const SIZES = [0, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000];
/** Dimensions that the list of loans can be filtered by: a cell opens its loans. */
const FILTER: Partial<Record<Dimension, string>> = { product: "productCode", branch: "branchId", bucket: "bucket", class: "class" };

/** How a value of a dimension is called. */
function useNames(): (dimension: string, key: string) => string {
  const { t } = useTranslation();
  const { nameOf } = useDirectory();
  return (dimension, key) => {
    if (key === "") return "–";
    if (dimension === "branch") return nameOf(key) ?? key;
    if (dimension === "size") return SIZES[Number(key)] === undefined ? key : t("from {{amount}}", { amount: formatCount(SIZES[Number(key)] ?? 0) });
    // A bucket of days, 1-30, is written as a span.
    if (/^\d+[-_]\d+$/.test(key)) return key.replace(/[-_]/, "–");
    return dimension === "bucket" || dimension === "class" ? t(humanise(key)) : key;
  };
}

function Pick({ name, label, value, options }: { name: keyof Search & string; label: string; value: string; options: readonly (readonly [string, string])[] }) {
  const { t } = useTranslation();
  const [, change] = useSearchState<Search>();
  return <NativeSelect label={t(label)} value={value} onChange={(e) => change({ [name]: e.currentTarget.value })} data={options.map(([key, text]) => ({ value: key, label: t(text) }))} />;
}

/** Two dimensions and a measure; a cell opens the loans behind it. */
export function CubeTable() {
  const { t } = useTranslation();
  const { lender: { currency } } = useSession();
  const [search] = useSearchState<Search>();
  const [rows, columns, show] = [search.rows ?? "product", search.columns ?? "bucket", (search.show ?? "principal") as (typeof MEASURES)[number][0]];
  const query = useGet<Cube>("/reports/cube", { currency, rows, columns });
  const names = useNames();
  return (
    <Section title={t("Portfolio cube")} flush>
      <div className="row" style={{ padding: 12, alignItems: "flex-end" }}>
        <Pick name="rows" label="Rows" value={rows} options={DIMENSIONS} /><Pick name="columns" label="Columns" value={columns} options={DIMENSIONS} /><Pick name="show" label="Figure" value={show} options={MEASURES} />
      </div>
      <Loaded query={query} isEmpty={(c) => c.cells.length === 0} empty={t("No loan is on the books yet.")}>
        {(cube) => {
          const across = [...new Set(cube.cells.map((c) => c.column))].sort((a, b) => Number(b === "current") - Number(a === "current") || (a < b ? -1 : 1));
          const down = [...new Set(cube.cells.map((c) => c.row))];
          const cellOf = (row: string, column: string) => cube.cells.find((c) => c.row === row && c.column === column);
          return <Grid label="Portfolio cube" rows={down} rowKey={(row) => row} columns={[
            { header: DIMENSIONS.find(([key]) => key === cube.rows)?.[1] ?? "", cell: (row) => names(cube.rows, row) },
            ...across.map((column) => ({ header: names(cube.columns, column), align: "end" as const, cell: (row: string) => <Cell cube={cube} cell={cellOf(row, column)} show={show} /> })),
          ]} />;
        }}
      </Loaded>
    </Section>
  );
}

function Cell({ cube, cell, show }: { cube: Cube; cell: Cube["cells"][number] | undefined; show: (typeof MEASURES)[number][0] }) {
  if (cell === undefined) return <>–</>;
  const value = cell[show];
  const text = typeof value === "object" ? formatMoney(value) : show === "loans" ? formatCount(value) : formatShare(value);
  const filters = [[cube.rows, cell.row], [cube.columns, cell.column]] as const;
  // What is current has no bucket to filter by, and quarters and sizes are no columns of the list.
  if (filters.some(([dimension, key]) => FILTER[dimension] === undefined || key === "" || key === "current" || key === "standard")) return <>{text}</>;
  return <ButtonLink to="/loans" search={{ filter: filters.map(([dimension, key]) => `${FILTER[dimension]}:eq:${key}`) }} variant="subtle" size="compact-sm">{text}</ButtonLink>;
}

export function Concentration() {
  const { t } = useTranslation();
  const { lender: { currency } } = useSession();
  const [search] = useSearchState<Search>();
  const by = search.by ?? "borrower";
  const names = useNames();
  const query = useGet<Static<typeof ConcentrationJson>>("/reports/concentration", { currency, by });
  return (
    <Section title={t("Concentration")} flush>
      <div className="row" style={{ padding: 12, alignItems: "flex-end" }}><Pick name="by" label="By" value={by} options={[["borrower", "Borrower"], ...DIMENSIONS]} /></div>
      <Loaded query={query} isEmpty={(c) => c.parts.length === 0} empty={t("No loan is on the books yet.")}>
        {(c) => <>
          <p className="muted" style={{ padding: "0 12px" }}>{t("Sum of squared shares {{index}}: 1 when all is lent to one. The others together {{others}} of {{total}}.", { index: new Intl.NumberFormat("en-IN", { maximumFractionDigits: 4 }).format(c.index), others: formatMoney(c.others), total: formatMoney(c.total) })}</p>
          <Grid label="Concentration" rows={c.parts} rowKey={(p) => p.key} columns={[
            { header: "Name", cell: (p) => p.name ?? names(c.by, p.key) }, { header: "Loans", align: "end", cell: (p) => formatCount(p.loans) }, { header: "Principal", align: "end", cell: (p) => <MoneyText value={p.principal} /> }, { header: "Share", align: "end", cell: (p) => formatShare(p.share) },
          ]} />
        </>}
      </Loaded>
    </Section>
  );
}

/** From where to where loans went: each row adds up to all that stood in its bucket. */
export function Rolls() {
  const { t } = useTranslation();
  const { lender: { currency } } = useSession();
  const [search] = useSearchState<Search>();
  const months = search.months ?? "1";
  const names = useNames();
  const query = useGet<Static<typeof RollRates>>("/reports/roll-rates", { currency, months });
  return (
    <Section title={t("Roll rates")} flush>
      <div className="row" style={{ padding: 12, alignItems: "flex-end" }}><Pick name="months" label="Over" value={months} options={[["1", "1 month"], ["3", "3 months"], ["6", "6 months"], ["12", "12 months"]]} /></div>
      <Loaded query={query} isEmpty={(r) => r.cells.length === 0} empty={t("No loan was on the books then.")}>
        {(r) => {
          const first = (a: string, b: string) => Number(b === "current") - Number(a === "current") || (a < b ? -1 : 1);
          const to = [...new Set(r.cells.map((c) => c.now))].sort(first);
          return <Grid label="Roll rates" rows={[...new Set(r.cells.map((c) => c.was))].sort(first)} rowKey={(was) => was} columns={[
            { header: "Was", cell: (was) => names("bucket", was) }, { header: "Loans", align: "end", cell: (was) => formatCount(r.cells.filter((c) => c.was === was).reduce((sum, c) => sum + c.loans, 0)) },
            ...to.map((now) => ({ header: names("bucket", now), align: "end" as const, cell: (was: string) => { const cell = r.cells.find((c) => c.was === was && c.now === now); return cell === undefined ? "–" : formatShare(cell.share); } })),
          ]} />;
        }}
      </Loaded>
    </Section>
  );
}

export function Pools() {
  const { t } = useTranslation();
  const { lender: { currency } } = useSession();
  const query = useGet<Static<typeof StaticPools>>("/reports/static-pools", { currency });
  return (
    <Section title={t("Static pools, by quarter of payout")} flush>
      <Loaded query={query} isEmpty={(r) => r.pools.length === 0} empty={t("No loan has been paid out yet.")}>
        {(r) => <>
          <Chart title={t("What is left, and what was lost, of each pool")} kind="bar" categories={r.pools.map((p) => p.pool)} shares series={[{ name: t("Still out"), values: r.pools.map((p) => p.poolFactor) }, { name: t("Loss share"), values: r.pools.map((p) => p.lossShare) }]} />
          <Grid label="Static pools" rows={r.pools} rowKey={(p) => p.pool} columns={[
            { header: "Quarter of payout", cell: (p) => p.pool }, { header: "Loans", align: "end", cell: (p) => formatCount(p.loans) }, { header: "Closed", align: "end", cell: (p) => formatCount(p.closed) }, { header: "Charged off", align: "end", cell: (p) => formatCount(p.chargedOff) },
            { header: "Amount lent", align: "end", cell: (p) => <MoneyText value={p.lent} /> }, { header: "Outstanding", align: "end", cell: (p) => <MoneyText value={p.outstanding} /> }, { header: "Charged off, still owed", align: "end", cell: (p) => <MoneyText value={p.chargedOffBalance} /> },
            { header: "Still out", align: "end", cell: (p) => formatShare(p.poolFactor) }, { header: "Loss share", align: "end", cell: (p) => formatShare(p.lossShare) }, { header: "PAR 30", align: "end", cell: (p) => formatShare(p.par30) },
          ]} />
        </>}
      </Loaded>
    </Section>
  );
}

export function Yield() {
  const { t } = useTranslation();
  const { lender: { currency } } = useSession();
  const query = useGet<Static<typeof PortfolioYield>>("/reports/yield", { currency });
  return (
    <Section title={t("Yield of a month, as a yearly rate on the principal that stood")} flush>
      <Loaded query={query} isEmpty={(r) => r.months.length === 0} empty={t("No month has been closed yet.")}>
        {(r) => <>
          <Chart title={t("Yield")} kind="line" categories={r.months.map((m) => m.month)} shares series={[{ name: t("Before losses"), values: r.months.map((m) => m.yield) }, { name: t("After losses"), values: r.months.map((m) => m.netYield) }]} />
          <Grid label="Yield" rows={r.months} rowKey={(m) => m.month} columns={[
            { header: "Month", cell: (m) => m.month }, { header: "Days closed", align: "end", cell: (m) => formatCount(m.days) }, { header: "Average principal", align: "end", cell: (m) => <MoneyText value={m.averagePrincipal} /> },
            { header: "Income", align: "end", cell: (m) => <MoneyText value={m.income} /> }, { header: "Losses", align: "end", cell: (m) => <MoneyText value={m.losses} /> }, { header: "Before losses", align: "end", cell: (m) => formatShare(m.yield) }, { header: "After losses", align: "end", cell: (m) => formatShare(m.netYield) },
          ]} />
        </>}
      </Loaded>
    </Section>
  );
}
