import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { TrialBalanceJson } from "#modules/ledger/contract.ts";
import { address } from "../../../api/client.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatDate } from "../../../ui/format.ts";
import { CommandForm } from "../../../ui/form.tsx";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { useState } from "react";
import { ButtonLink } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can, useSession } from "../../session.tsx";

/** The chart with its balances on any day, and the proof that control accounts equal the loans: F1. */
export function TrialBalance() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search, set] = useSearchState<{ asOf?: string }>();
  const [closing, setClosing] = useState(false);
  const query = useGet<Static<typeof TrialBalanceJson>>("/trial-balance", { asOf: search.asOf }, { keep: true });
  return (
    <Loaded query={query}>
      {(tb) => (
        <Page title={t("Trial balance")} note={t("At the end of {{date}}", { date: formatDate(tb.asOf) })} actions={<>
          <label className="row muted">{t("As of")} <input type="date" value={search.asOf ?? tb.asOf} max={lender.businessDate} onChange={(e) => set({ asOf: e.currentTarget.value || undefined })} /></label>
          <Can permission="ledger.manual_entry.propose"><ButtonLink to="/ledger/entries/new">{t("Manual entry")}</ButtonLink></Can>
          <Can permission="ledger.period.close"><Button size="sm" variant="default" onClick={() => setClosing(true)}>{t("Close period")}</Button></Can>
          <Button size="sm" variant="default" component="a" href={address("/ledger-exports", { format: "ledger" })} download>ledger-cli</Button>
          <Button size="sm" variant="default" component="a" href={address("/ledger-exports", { format: "csv" })} download>CSV</Button>
        </>}>
          <div className="split wide-left">
            <Section flush>
              <Grid label="Trial balance" rows={tb.accounts} rowKey={(a) => `${a.account}${a.balance.currency}`} columns={[
                { header: "Account", cell: (a) => <Link to={`/ledger/accounts/${a.account}`}>{a.name}</Link>, foot: t("Total") },
                { header: "Kind", cell: (a) => t(a.kind) },
                { header: "Debit", align: "end", cell: (a) => <MoneyText value={a.debit} style="plain" />, foot: tb.totals.map((x) => <div key={x.currency}>{x.currency} <MoneyText value={x.debit} style="plain" /></div>) },
                { header: "Credit", align: "end", cell: (a) => <MoneyText value={a.credit} style="plain" />, foot: tb.totals.map((x) => <div key={x.currency}>{x.currency} <MoneyText value={x.credit} style="plain" /></div>) },
                { header: "Balance", align: "end", cell: (a) => <MoneyText value={a.balance} />, foot: tb.totals.map((x) => <div key={x.currency} title={t("Debits less credits")}><MoneyText value={x.difference} /></div>) },
              ]} />
            </Section>
            <Section flush title={t("Control accounts against the loans")}>
              <Grid label="Proof" rows={tb.controls} rowKey={(c) => `${c.account}${c.ledger.currency}`} columns={[
                { header: "Account", cell: (c) => c.account }, { header: "Ledger", align: "end", cell: (c) => <MoneyText value={c.ledger} style="plain" /> }, { header: "Loans", align: "end", cell: (c) => <MoneyText value={c.subledger} style="plain" /> },
                { header: "Difference", align: "end", cell: (c) => <span className={/^-?0*(\.0*)?$/.test(c.difference.amount) ? "tag good" : "tag bad"}><MoneyText value={c.difference} style="plain" /></span> },
              ]} />
            </Section>
          </div>
          <Dialog title={t("Close period")} open={closing} onClose={() => setClosing(false)}>
            <CommandForm path="/period-closes" submit="Close the period" note={<p className="muted">{t("Nothing is posted up to that date any more.")}</p>} fields={[{ name: "through", label: "Through", kind: "date", required: true, max: lender.closedThrough }]} onDone={() => setClosing(false)} />
          </Dialog>
        </Page>
      )}
    </Loaded>
  );
}
