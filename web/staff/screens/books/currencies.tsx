import { Button, FileInput, Textarea, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ConsolidatedJson, FxRateItem, RevaluationItem, RevaluationLineItem, RevaluationMadeJson } from "#modules/ledger/contract.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { formatDate, humanise } from "../../../ui/format.ts";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { ButtonLink, SubjectLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can, useSession } from "../../session.tsx";
import { AccountName } from "../servicing/figure.tsx";

const RATES: readonly Column<Static<typeof FxRateItem>>[] = [
  { key: "day", label: "Day", kind: "date", sort: true, filter: true }, { key: "currency", label: "Currency", sort: true, filter: true }, { key: "rate", label: "Rate", cell: (r) => <span className="mono">{r.rate}</span> },
  { key: "source", label: "Source", filter: true }, { key: "makerId", label: "Asked by", names: "person", filter: true }, { key: "approverId", label: "Agreed by", names: "person", filter: true }, { key: "recordedAt", label: "Recorded at", kind: "instant", sort: true, hidden: true },
];
const REVALUATIONS: readonly Column<Static<typeof RevaluationItem>>[] = [
  { key: "day", label: "Day", kind: "date", sort: true, filter: true }, { key: "book", label: "Book", kind: "words", filter: true }, { key: "adjustment", label: "Gain or loss", kind: "money", sort: true }, { key: "state", label: "State", kind: "status", sort: true, filter: true, options: ["proposed", "posted", "rejected", "reversed"] },
  { key: "journalEntryId", label: "Entry", cell: (r) => <SubjectLink id={r.journalEntryId} label="je" /> }, { key: "madeBy", label: "Made by", names: "person", filter: true }, { key: "madeAt", label: "Made at", kind: "instant", sort: true },
];

type Act = { readonly kind: "rate" | "file" | "revalue" } | { readonly kind: "undo"; readonly id: string };

/** Rates of exchange, what they make of foreign balances, and all currencies in the lender's own: F1. */
export function Currencies() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search] = useSearchState<{ tab?: string }>();
  const [act, setAct] = useState<Act | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const tab = search.tab ?? "consolidated";
  const end = () => setAct(null);
  const proposed = () => {
    end();
    setSaid(t("Proposed. A second person agrees under Approvals."));
  };
  return (
    <Page title={t("Currencies")} note={t("All in {{currency}}: money at the rate of the day, everything else at the rates of the days it moved.", { currency: lender.currency })} actions={<>
      <Can permission="ledger.fx_rate.propose"><Button size="sm" variant="default" onClick={() => setAct({ kind: "rate" })}>{t("Enter a rate…")}</Button><Button size="sm" variant="default" onClick={() => setAct({ kind: "file" })}>{t("Rates from CSV…")}</Button></Can>
      <Can permission="ledger.revaluation.make"><Button size="sm" variant="default" onClick={() => setAct({ kind: "revalue" })}>{t("Revalue…")}</Button></Can>
    </>}>
      {said !== null && <div className="notice good" role="status">{said} <ButtonLink size="compact-sm" to="/approvals">{t("Approvals")}</ButtonLink></div>}
      <Tabs current={tab} tabs={[["consolidated", "Consolidated"], ["rates", "Rates of exchange"], ["revaluations", "Revaluations"]]} />
      {tab === "consolidated" && <Consolidated />}
      {tab === "rates" && <DataTable path="/fx-rates" list="ledger.fx_rates" caption="Rates of exchange" columns={RATES} rowKey={(r) => r.currency + r.day} empty={t("No rate was entered yet.")} searchLabel="Currency or source" />}
      {tab === "revaluations" && <DataTable path="/fx-revaluations" list="ledger.fx_revaluations" caption="Revaluations" columns={REVALUATIONS} rowKey={(r) => r.id} empty={t("Nothing was revalued yet.")} peek={(r) => <Lines of={r} onUndo={() => setAct({ kind: "undo", id: r.id })} />} />}
      <Dialog title={t(act === null ? "" : TITLES[act.kind])} open={act !== null} onClose={end}>
        {act?.kind === "rate" && <CommandForm path="/fx-rates" submit="Propose" note={<p className="muted">{t("What one unit of the foreign currency is in {{currency}}. It counts once a second person has agreed.", { currency: lender.currency })}</p>} fields={[
          { name: "currency", label: "Currency", required: true, pointer: "/rates/0/currency" }, { name: "day", label: "Day", kind: "date", required: true, initial: lender.closedThrough, max: lender.businessDate, pointer: "/rates/0/day" },
          { name: "rate", label: "Rate", required: true, pointer: "/rates/0/rate" }, { name: "source", label: "Source", required: true },
        ]} body={(v) => ({ source: v["source"], rates: [{ currency: (v["currency"] ?? "").toUpperCase(), day: v["day"], rate: v["rate"] }] })} onCancel={end} onDone={proposed} />}
        {act?.kind === "file" && <RatesFile onDone={proposed} />}
        {act?.kind === "revalue" && <CommandForm<Static<typeof RevaluationMadeJson>> path="/fx-revaluations" submit="Reckon and propose" note={<p className="muted">{t("Each foreign balance is reckoned at the rate of that day. Nothing is posted before a second person agrees.")}</p>} fields={[{ name: "day", label: "Day", kind: "date", required: true, initial: lender.closedThrough, max: lender.businessDate }]} onCancel={end} onDone={proposed} />}
        {act?.kind === "undo" && <CommandForm path={`/fx-revaluations/${act.id}/reversals`} submit="Propose" fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onCancel={end} onDone={proposed} />}
      </Dialog>
    </Page>
  );
}

const TITLES = { rate: "Enter a rate of exchange", file: "Rates from a CSV file", revalue: "Revalue foreign balances", undo: "Undo this revaluation" } as const;

function RatesFile({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [csv, setCsv] = useState("");
  const [source, setSource] = useState("");
  const command = useCommand<object>("/fx-rates", { onDone });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void command.run({ source, csv });
  };
  const take = (file: File | null) => {
    if (file === null) return;
    setSource(file.name);
    void file.text().then(setCsv);
  };
  return (
    <form onSubmit={act} className="stack">
      <ProblemNotice problem={command.problem} />
      <p className="muted">{t("Columns: currency, day, rate. A line that cannot be used is named, and then none is kept.")}</p>
      <FileInput label={t("File")} accept=".csv,text/csv" onChange={take} />
      <TextInput label={t("Source")} required value={source} maxLength={120} onChange={(e) => setSource(e.currentTarget.value)} />
      <Textarea label={t("What is in it")} required value={csv} autosize minRows={4} maxRows={10} onChange={(e) => setCsv(e.currentTarget.value)} />
      <div className="row" style={{ justifyContent: "flex-end" }}><Button type="submit" size="sm" loading={command.pending}>{t("Propose")}</Button></div>
    </form>
  );
}

function Consolidated() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search, set] = useSearchState<{ asOf?: string }>();
  const query = useGet<ConsolidatedJson>("/consolidated-trial-balance", { asOf: search.asOf }, { keep: true });
  return (
    <Loaded query={query}>
      {(c) => (
        <Section flush title={t("Consolidated trial balance at the end of {{date}}", { date: formatDate(c.asOf) })} actions={<label className="row muted">{t("As of")} <input type="date" value={search.asOf ?? c.asOf} max={lender.businessDate} onChange={(e) => set({ asOf: e.currentTarget.value || undefined })} /></label>}>
          <Grid label="Consolidated trial balance" rows={[...c.accounts, ...rest(c)]} rowKey={(a) => a.account} columns={[
            { header: "Account", cell: (a) => (a.kind === null ? <em>{t(a.name)}</em> : <Link to={`/ledger/accounts/${a.account}`}>{t(a.name)}</Link>), foot: t("Total") },
            { header: "Kind", cell: (a) => (a.kind === null ? "–" : t(humanise(a.kind))) },
            { header: "In its currencies", align: "end", cell: (a) => a.native.map((n) => <div key={n.currency}><MoneyText value={n} /></div>), foot: c.rates.map((r) => <div key={r.currency}>1 {r.currency} = {r.rate}</div>) },
            { header: "Debit", align: "end", cell: (a) => <MoneyText value={a.debit} style="plain" />, foot: <MoneyText value={c.totalDebit} style="plain" /> },
            { header: "Credit", align: "end", cell: (a) => <MoneyText value={a.credit} style="plain" />, foot: <MoneyText value={c.totalCredit} style="plain" /> },
          ]} />
        </Section>
      )}
    </Loaded>
  );
}

interface ConsolidatedRow extends Omit<ConsolidatedJson["accounts"][number], "kind"> { readonly kind: ConsolidatedJson["accounts"][number]["kind"] | null }

/** The lines that no account has: what is not posted yet, and the cents of rounding. */
function rest(c: ConsolidatedJson): ConsolidatedRow[] {
  return [["Exchange difference not posted yet", c.notPosted] as const, ["Rounding", c.rounding] as const].filter(([, m]) => !/^-?0*(\.0*)?$/.test(m.amount)).map(([name, m]) => {
    const credit = m.amount.startsWith("-");
    const side = { amount: m.amount.replace("-", ""), currency: m.currency };
    return { account: name, name, kind: null, native: [], debit: credit ? null : side, credit: credit ? side : null };
  });
}

const LINES: readonly { header: string; money: "balance" | "carrying" | "closing" | "adjustment" }[] = [{ header: "Balance", money: "balance" }, { header: "Carried at", money: "carrying" }, { header: "Worth", money: "closing" }, { header: "Gain or loss", money: "adjustment" }];

function Lines({ of, onUndo }: { of: Static<typeof RevaluationItem>; onUndo: () => void }) {
  const { t } = useTranslation();
  const query = useGet<{ items: readonly Static<typeof RevaluationLineItem>[] }>(`/fx-revaluations/${of.id}/lines`, { limit: 200 });
  return (
    <div className="stack">
      <Loaded query={query}>
        {(l) => <Grid label="Revaluation" rows={l.items} rowKey={(r) => r.account + r.balance.currency} columns={[
          { header: "Account", cell: (r) => <AccountName code={r.account} /> }, { header: "Rate", align: "end", cell: (r) => r.rate },
          ...LINES.map(({ header, money }) => ({ header, align: "end" as const, cell: (r: Static<typeof RevaluationLineItem>) => <MoneyText value={r[money]} /> })),
        ]} />}
      </Loaded>
      {of.state === "posted" && <Can permission="ledger.revaluation.make"><Button size="sm" variant="default" onClick={onUndo}>{t("Undo…")}</Button></Can>}
    </div>
  );
}
