import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ComparisonJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatDate, humanise, type MoneyValue } from "../../../ui/format.ts";
import { Grid, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { DateText, InstantText, MoneyText, RateText, StatusTag } from "../../../ui/values.tsx";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { NameText } from "../../kit/names.tsx";
import { Delta } from "./delta.tsx";
import type { TwoLooks } from "./time-machine.tsx";

type Standing = ComparisonJson["before"];

/** One loan by both looks: figures, the facts between them with who and why, and what they did to rows and transactions. */
export function LoanThen({ id, looks }: { id: string; looks: TwoLooks }) {
  const { t } = useTranslation();
  const query = useGet<ComparisonJson>(`/loan-accounts/${id}/comparison`, { ...looks }, { keep: true });
  return (
    <Loaded query={query}>
      {(c) => (
        <>
          <Section flush title={<>{c.borrowerName} · <SubjectLink id={c.id} label={c.number} /></>} actions={<ButtonLink size="compact-sm" to={`/loans/${c.id}`} search={{ asOf: looks.asOf, knownOn: looks.knownOn }}>{t("The whole loan as it stood")}</ButtonLink>}>
            <Figures before={c.before} after={c.after} looks={looks} />
          </Section>
          <Section flush title={t("What came between")}>{c.events.length === 0 ? <div className="body"><Empty>{t("No fact of this loan is known in one look and not in the other.")}</Empty></div> : <Facts events={c.events} />}</Section>
          {c.rows.length > 0 && <Section flush title={t("Rows of the schedule that differ")}><Rows rows={c.rows} /></Section>}
          {c.transactions.length > 0 && <Section flush title={t("Transactions that differ")}><Moved transactions={c.transactions} /></Section>}
        </>
      )}
    </Loaded>
  );
}

interface Line { readonly label: string; readonly before: ReactNode; readonly after: ReactNode; readonly delta: ReactNode; readonly differs: boolean }

const AMOUNTS = [["Principal", "principal"], ["Interest", "interest"], ["Fees", "fee"], ["Penalties", "penalty"], ["Owed in all", "total"], ["Overdue", "overdue"], ["Overpaid", "overpayment"], ["Charged off, still owed", "chargedOff"], ["Payoff on that day", "payoff"], ["Amount due next", "nextDue"]] as const;

function Figures({ before, after, looks }: { before: Standing; after: Standing; looks: TwoLooks }) {
  const { t } = useTranslation();
  const line = <K extends keyof Standing>(label: string, key: K, show: (value: Standing[K]) => ReactNode, delta: ReactNode = "") => ({ label, before: show(before[key]), after: show(after[key]), delta, differs: JSON.stringify(before[key]) !== JSON.stringify(after[key]) });
  const lines: Line[] = [
    line("Status", "status", (v) => <StatusTag value={v} />),
    ...AMOUNTS.map(([label, key]) => line(label, key, (v: MoneyValue | null) => <MoneyText value={v} />, <Delta before={before[key]} after={after[key]} />)),
    line("Days past due", "daysPastDue", (v) => v, after.daysPastDue === before.daysPastDue ? "" : `${after.daysPastDue > before.daysPastDue ? "+" : "−"}${Math.abs(after.daysPastDue - before.daysPastDue)}`),
    line("Bucket", "bucket", (v) => v ?? "–"), line("Class", "class", (v) => v ?? "–"), line("Next due date", "nextDueDate", (v) => <DateText value={v} />), line("Rate", "annualRate", (v) => <RateText value={v} />),
  ];
  return (
    <Grid<Line> label="Both looks" rows={lines} rowKey={(l) => l.label} active={(l) => l.differs} columns={[
      { header: "Figure", cell: (l) => t(l.label) },
      { header: t("Then: {{day}}, known on {{known}}", { day: formatDate(before.asOf), known: formatDate(looks.knownOn) }), align: "end", cell: (l) => l.before },
      { header: looks.toKnownOn === undefined ? t("Beside it: {{day}}, known now", { day: formatDate(after.asOf) }) : t("Beside it: {{day}}, known on {{known}}", { day: formatDate(after.asOf), known: formatDate(looks.toKnownOn) }), align: "end", cell: (l) => l.after },
      { header: "Difference", align: "end", cell: (l) => (l.differs ? (l.delta === "" ? <span className="tag warn">{t("differs")}</span> : l.delta) : <span className="muted">{t("same")}</span>) },
    ]} />
  );
}

function Facts({ events }: { events: ComparisonJson["events"] }) {
  const { t } = useTranslation();
  return (
    <Grid label="What came between" rows={events} rowKey={(e) => e.id} columns={[
      { header: "Known in", cell: (e) => t(e.seenIn === "after" ? "Beside it" : "Then") }, { header: "Event", cell: (e) => <>{t(humanise(e.type))} {e.undone && <StatusTag value="reversed" />}</> }, { header: "Amount", align: "end", cell: (e) => <MoneyText value={e.amount} /> },
      { header: "Value date", cell: (e) => <DateText value={e.valueDate} /> }, { header: "Business date", cell: (e) => <><DateText value={e.businessDate} /> {e.late && <span className="tag warn">{t("recorded later")}</span>}</> },
      { header: "Who", cell: (e) => <NameText id={e.actorId} /> }, { header: "Recorded at", cell: (e) => <InstantText value={e.recordedAt} /> }, { header: "Why", cell: (e) => e.note ?? "–" }, { header: "Cause id", cell: (e) => <SubjectLink id={e.cause} /> },
    ]} />
  );
}

/** Rows whose amounts differ; those that only divide the same amount otherwise are counted. */
function Rows({ rows }: { rows: ComparisonJson["rows"] }) {
  const { t } = useTranslation();
  const moved = rows.filter((r) => JSON.stringify(r.before) !== JSON.stringify(r.after));
  const rest = rows.length - moved.length;
  return <>{moved.length > 0 && <Amounts rows={moved} />}{rest > 0 && <p className="muted" style={{ padding: "8px 16px" }}>{t("Rows that divide the same amount otherwise between principal and interest: {{n}}", { n: rest })}</p>}</>;
}

function Amounts({ rows }: { rows: ComparisonJson["rows"] }) {
  return (
    <Grid label="Rows" rows={rows} rowKey={(r) => r.number} columns={[
      { header: "#", align: "end", cell: (r) => r.number }, { header: "Due date", cell: (r) => <DateText value={r.after?.dueDate ?? r.before?.dueDate} /> }, { header: "Due before", align: "end", cell: (r) => <MoneyText value={r.before?.due} style="plain" /> }, { header: "Due after", align: "end", cell: (r) => <MoneyText value={r.after?.due} style="plain" /> },
      { header: "Paid before", align: "end", cell: (r) => <MoneyText value={r.before?.paid} style="plain" /> }, { header: "Paid after", align: "end", cell: (r) => <MoneyText value={r.after?.paid} style="plain" /> },
    ]} />
  );
}

const PARTS = ["principal", "interest", "fee", "penalty"] as const;

function Moved({ transactions }: { transactions: ComparisonJson["transactions"] }) {
  const { t } = useTranslation();
  return (
    <Grid label="Transactions" rows={transactions} rowKey={(x) => x.eventId + x.type} columns={[
      { header: "Kind", cell: (x) => <>{t(humanise(x.type))} {x.before === null ? <span className="tag info">{t("new")}</span> : x.after === null ? <span className="tag warn">{t("gone")}</span> : null}</> },
      ...PARTS.map((c) => ({ header: humanise(c), align: "end" as const, cell: (x: (typeof transactions)[number]) => <>{x.before !== null && x.before[c].amount !== x.after?.[c].amount && <span className="was"><MoneyText value={x.before[c]} style="plain" /></span>}{x.after !== null && <MoneyText value={x.after[c]} style="plain" />}</> })),
    ]} />
  );
}
