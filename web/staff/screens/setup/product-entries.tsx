import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ExampleEntriesJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatMoney, humanise } from "../../../ui/format.ts";
import { Facts, Grid, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { DateText, MoneyText } from "../../../ui/values.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { AccountName } from "../servicing/figure.tsx";

type Example = Static<typeof ExampleEntriesJson>;
type Book = Example["books"][number];
type Entry = Book["entries"][number];
interface Line { readonly key: string; readonly entry: Entry; readonly line: Entry["lines"][number]; readonly first: boolean }

/** What the posting rules make of a loan's life: every entry in each book, the rule of each line and where its account stands after it. */
export function ProductEntries({ versionId }: { versionId: string }) {
  const { t } = useTranslation();
  const [search, set] = useSearchState<{ end?: "loss" | "payoff"; interest?: "by_month" | "by_day"; book?: string }>();
  const query = useGet<Example>(`/product-versions/${versionId}/example-entries`, { end: search.end, interest: search.interest }, { keep: true });
  return (
    <Loaded query={query}>
      {(example) => {
        const book = example.books.find((each) => each.book === search.book) ?? example.books[0];
        if (book === undefined) return null;
        return (
          <div className="stack">
            <div className="row no-print">
              {example.books.length > 1 && <NativeSelect size="sm" label={t("Book")} value={book.book} data={example.books.map((each) => ({ value: each.book, label: t(humanise(each.book)) }))} onChange={(e) => set({ book: e.currentTarget.value })} />}
              <NativeSelect size="sm" label={t("How it ends")} value={search.end ?? "loss"} data={[{ value: "loss", label: t("Taken to loss, something recovered") }, { value: "payoff", label: t("Paid off, something given back") }]} onChange={(e) => set({ end: e.currentTarget.value as "loss" })} />
              <NativeSelect size="sm" label={t("Interest earned")} value={search.interest ?? "by_month"} data={[{ value: "by_month", label: t("Up to each event and month’s end") }, { value: "by_day", label: t("Day by day, as it is posted") }]} onChange={(e) => set({ interest: e.currentTarget.value as "by_day" })} />
            </div>
            <Section><Facts items={[["Amount", example.amount, "money"], ["Months", example.termMonths], ["Yearly rate", example.annualRate, "rate"], ["Paid out", example.disbursementDate, "date"], ["Basis", book.basis, "words"], ["Debits and credits", <Even key="even" book={book} />]]} /></Section>
            <p className="muted">{t("An example loan lives here as real ones do: by the same engine and by the rules of this version. Money in comes from payments suspense, where the bank’s receipt put it.")}</p>
            <Section flush title={t("Entries of its life")}><Entries book={book} /></Section>
            <Section flush title={t("Accounts at the end")}><Accounts book={book} /></Section>
            {example.leftOut.length > 0 && <div className="notice"><strong>{t("What this loan does not do")}</strong><ul>{example.leftOut.map((each) => <li key={each.step + each.date}>{t(humanise(each.step))}: {t(each.reason)}</li>)}</ul></div>}
          </div>
        );
      }}
    </Loaded>
  );
}

/** Whether all debits are as large as all credits, in the figures themselves. */
function Even({ book }: { book: Book }) {
  const even = book.debits.amount === book.credits.amount && book.entries.every((entry) => entry.debits.amount === entry.credits.amount);
  return <span className={even ? "tag good" : "tag bad"}>{even ? `= ${formatMoney(book.debits)}` : `${formatMoney(book.debits)} ≠ ${formatMoney(book.credits)}`}</span>;
}

function Entries({ book }: { book: Book }) {
  const { t } = useTranslation();
  const lines = book.entries.flatMap((entry, n) => entry.lines.map((line, i): Line => ({ key: `${n}-${i}`, entry, line, first: i === 0 })));
  return <Grid<Line> label="Entries of its life" rows={lines} rowKey={(l) => l.key} columns={[
    { header: "Date", cell: (l) => (l.first ? <DateText value={l.entry.date} /> : "") }, { header: "What happened", cell: (l) => (l.first ? t(humanise(l.entry.step)) : "") },
    { header: "Account", cell: (l) => <AccountName code={l.line.account} /> }, { header: "Debit", align: "end", cell: (l) => (l.line.debit === null ? "" : <MoneyText value={l.line.debit} style="plain" />) },
    { header: "Credit", align: "end", cell: (l) => (l.line.credit === null ? "" : <MoneyText value={l.line.credit} style="plain" />) }, { header: "Account stands at", align: "end", cell: (l) => <MoneyText value={l.line.balance} style="plain" /> },
    { header: "Posting rule", cell: (l) => <>{t(humanise(l.line.fact))} <span className="mono muted">{l.line.rule}</span></> },
  ]} />;
}

function Accounts({ book }: { book: Book }) {
  const { t } = useTranslation();
  return <Grid label="Accounts at the end" rows={book.accounts} rowKey={(a) => a.account} columns={[
    { header: "Account", cell: (a) => <AccountName code={a.account} />, foot: t("Total") }, { header: "Debits", align: "end", cell: (a) => <MoneyText value={a.debits} style="plain" />, foot: <MoneyText value={book.debits} style="plain" /> },
    { header: "Credits", align: "end", cell: (a) => <MoneyText value={a.credits} style="plain" />, foot: <MoneyText value={book.credits} style="plain" /> }, { header: "Debits minus credits", align: "end", cell: (a) => <MoneyText value={a.balance} style="plain" /> },
  ]} />;
}
