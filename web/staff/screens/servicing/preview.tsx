import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { PreviewJson } from "#modules/servicing/contract.ts";
import { useAsk } from "../../../api/hooks.ts";
import { AllocationPreview } from "../../../ui/allocation-preview.tsx";
import { Grid, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { DateText, MoneyText, StatusTag } from "../../../ui/values.tsx";
import { humanise } from "../../../ui/format.ts";
import { AccountName } from "./figure.tsx";

/** What an act would do, worked out by the code that does it: components, rows, transactions and journal, before and after. */
export function Preview({ id, body }: { id: string; body: unknown }) {
  const query = useAsk<Static<typeof PreviewJson>>(`/loan-accounts/${id}/previews`, body);
  return <Loaded query={query}>{(p) => <PreviewBody preview={p} />}</Loaded>;
}

function PreviewBody({ preview: p }: { preview: Static<typeof PreviewJson> }) {
  const { t } = useTranslation();
  // The transaction that was not there before is the one being previewed.
  const fresh = p.transactions.find((x) => x.before === null);
  const rows = p.rows.filter((r) => JSON.stringify(r.before) !== JSON.stringify(r.after));
  const moved = p.transactions.filter((x) => JSON.stringify(x.before) !== JSON.stringify(x.after) && x.before !== null && x.after !== null);
  return (
    <div className="stack">
      <Section title={t("Division and balances")} actions={<span><StatusTag value={p.before.status} /> → <StatusTag value={p.after.status} /></span>}>
        <AllocationPreview parts={fresh?.after ?? undefined} before={p.before} after={p.after} />
        <p className="muted" style={{ marginTop: 8 }}>{t("Overdue")}: <MoneyText value={p.before.overdue} /> → <MoneyText value={p.after.overdue} /> · {t("Next due")}: <DateText value={p.before.nextDueDate} /> → <DateText value={p.after.nextDueDate} /> · {t("Overpaid")}: <MoneyText value={p.before.overpayment} /> → <MoneyText value={p.after.overpayment} /></p>
      </Section>
      {rows.length > 0 && <Section flush title={t("Rows of the schedule that change")}><Grid label="Rows" rows={rows} rowKey={(r) => r.number} columns={[
        { header: "#", align: "end", cell: (r) => r.number }, { header: "Due date", cell: (r) => <DateText value={r.after?.dueDate ?? r.before?.dueDate} /> }, { header: "Due before", align: "end", cell: (r) => <MoneyText value={r.before?.due} style="plain" /> }, { header: "Due after", align: "end", cell: (r) => <MoneyText value={r.after?.due} style="plain" /> },
        { header: "Paid before", align: "end", cell: (r) => <MoneyText value={r.before?.paid} style="plain" /> }, { header: "Paid after", align: "end", cell: (r) => <MoneyText value={r.after?.paid} style="plain" /> },
      ]} /></Section>}
      {moved.length > 0 && <Section flush title={t("Earlier transactions that are divided anew")}><Grid label="Transactions" rows={moved} rowKey={(x) => x.eventId} columns={[{ header: "Kind", cell: (x) => t(humanise(x.type)) }, ...(["principal", "interest", "fee", "penalty"] as const).map((c) => ({ header: humanise(c), align: "end" as const, cell: (x: (typeof moved)[number]) => <>{x.before !== null && x.after !== null && x.before[c].amount !== x.after[c].amount && <span className="was"><MoneyText value={x.before[c]} style="plain" /></span>}<MoneyText value={x.after?.[c]} style="plain" /></> }))]} /></Section>}
      <Section flush title={t("Journal it posts")}>{p.journal.length === 0 ? <div className="body"><Empty>{t("It posts nothing.")}</Empty></div> : <Grid label="Journal" rows={p.journal} rowKey={(_l, i) => i} columns={[{ header: "Account", cell: (l) => <AccountName code={l.account} /> }, { header: "Debit", align: "end", cell: (l) => (l.debit === null ? "" : <MoneyText value={l.debit} />) }, { header: "Credit", align: "end", cell: (l) => (l.credit === null ? "" : <MoneyText value={l.credit} />) }]} />}</Section>
    </div>
  );
}
