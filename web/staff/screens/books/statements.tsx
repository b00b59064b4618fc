import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { FinancialStatementsJson } from "#modules/ledger/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatDate, humanise, type MoneyValue } from "../../../ui/format.ts";
import { Grid, Page, Section, type GridColumn } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { ButtonLink } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useSession } from "../../session.tsx";
import { BookPick } from "./pick.tsx";

type Statement = FinancialStatementsJson["currencies"][number];
type Pair = Statement["result"];
interface Row extends Pair { readonly key: string; readonly name: string; readonly account?: string; readonly total?: boolean }

const section = (of: Statement["income"], total: string): Row[] => [...of.lines.map((l): Row => ({ ...l, key: l.account })), { key: total, name: total, ...of.total, total: true }];
const sum = (name: string, pair: Pair, total = false): Row => ({ key: name, name, ...pair, total });

const incomeRows = (s: Statement): Row[] => [...section(s.income, "Total income"), ...section(s.expense, "Total expense"), sum("Result of the span", s.result, true)];
const balanceRows = (s: Statement): Row[] => [
  ...section(s.assets, "Total assets"), ...section(s.liabilities, "Total liabilities"), ...section(s.equity, "Total equity accounts"),
  sum("Results of earlier years, retained", s.earlierResults), sum("Result of this year so far", s.yearResult), sum("Assets less all that stands against them", s.difference, true),
];

/** What was earned in a span and what stands at its end, beside the span before; every figure leads to its account: F1. */
export function Statements() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search, set] = useSearchState<{ from?: string; to?: string; book?: string }>();
  const query = useGet<FinancialStatementsJson>("/financial-statements", { from: search.from, to: search.to, book: search.book }, { keep: true });
  return (
    <Loaded query={query}>
      {(s) => (
        <Page title={t("Financial statements")} note={t("From {{from}} to {{to}}, beside {{before}} to {{until}}. The financial year began on {{year}}.", { from: formatDate(s.from), to: formatDate(s.to), before: formatDate(s.previousFrom), until: formatDate(s.previousTo), year: formatDate(s.yearStart) })} actions={<>
          <BookPick books={s.books} value={s.book} onChange={(book) => set({ book })} />
          <label className="row muted">{t("From")} <input type="date" value={search.from ?? s.from} max={s.to} onChange={(e) => set({ from: e.currentTarget.value || undefined })} /></label>
          <label className="row muted">{t("To")} <input type="date" value={search.to ?? s.to} max={lender.businessDate} onChange={(e) => set({ to: e.currentTarget.value || undefined })} /></label>
          <ButtonLink to="/ledger">{t("Trial balance")}</ButtonLink>
        </>}>
          {s.currencies.length === 0 && <Section><Empty>{t("Nothing had been posted by that day.")}</Empty></Section>}
          {s.currencies.map((c) => (
            <div key={c.currency} className="stack">
              {s.currencies.length > 1 && <h2>{c.currency}</h2>}
              <Section flush title={t("Income statement")}><Figures label="Income statement" now="This span" before="Span before" rows={incomeRows(c)} of={s} currency={c.currency} /></Section>
              <Section flush title={t("Balance sheet at the end of {{date}}", { date: formatDate(s.to) })}><Figures label="Balance sheet" now="At its end" before="At the end before" rows={balanceRows(c)} of={s} currency={c.currency} /></Section>
            </div>
          ))}
        </Page>
      )}
    </Loaded>
  );
}

function Figures({ label, now, before, rows, of, currency }: { label: string; now: string; before: string; rows: readonly Row[]; of: FinancialStatementsJson; currency: string }) {
  const { t } = useTranslation();
  const figure = (value: MoneyValue, row: Row) => (row.total === true ? <strong><MoneyText value={value} /></strong> : <MoneyText value={value} style="plain" />);
  const columns: readonly GridColumn<Row>[] = [
    { header: "Account", cell: (r) => (r.account === undefined ? r.total === true ? <strong>{t(humanise(r.name))}</strong> : t(humanise(r.name)) : <Link to={`/ledger/accounts/${r.account}`} search={{ from: of.from, to: of.to, book: of.book, currency } as never}>{t(r.name)}</Link>) },
    { header: now, align: "end", cell: (r) => figure(r.now, r) },
    { header: before, align: "end", cell: (r) => figure(r.before, r) },
  ];
  return <Grid label={label} rows={rows} rowKey={(r) => r.key} columns={columns} />;
}
