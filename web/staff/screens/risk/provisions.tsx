import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { LineItem, PolicyItem, PolicyJson, RunItem, RunJson } from "#modules/risk/contract.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { Chart } from "../../../ui/chart.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Tree } from "../../../ui/explain.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { formatCount, formatDate, formatRate, humanise } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { MoneyText, StatusTag } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can } from "../../session.tsx";

const RUNS: readonly Column<Static<typeof RunItem>>[] = [
  { key: "businessDate", label: "Day", kind: "date", sort: true, filter: true }, { key: "policyCode", label: "Policy", sort: true, filter: true }, { key: "method", label: "Method", filter: true, options: ["irac", "ifrs9", "cecl"], cell: (r) => METHODS[r.method] ?? r.method },
  { key: "book", label: "Book", kind: "words", filter: true, options: ["statutory", "regulatory", "management"] }, { key: "state", label: "State", kind: "status", sort: true, filter: true, options: ["reckoning", "draft", "proposed", "posted", "discarded"] },
  { key: "loans", label: "Loans", kind: "integer" }, { key: "madeBy", label: "Made by", names: "person" }, { key: "madeAt", label: "Made at", kind: "instant", sort: true },
];
const POLICIES: readonly Column<Static<typeof PolicyItem>>[] = [
  { key: "name", label: "Name" }, { key: "code", label: "Code", sort: true, filter: true }, { key: "number", label: "Version", kind: "integer", sort: true }, { key: "method", label: "Method", filter: true, options: ["irac", "ifrs9", "cecl"], cell: (r) => METHODS[r.method] ?? r.method },
  { key: "book", label: "Book", kind: "words", filter: true, options: ["statutory", "regulatory", "management"] }, { key: "state", label: "State", kind: "status", sort: true, filter: true, options: ["proposed", "in_force", "replaced", "rejected"] }, { key: "madeBy", label: "Made by", names: "person" },
];
const METHODS: Readonly<Record<string, string>> = { irac: "IRAC", ifrs9: "IFRS 9", cecl: "CECL" };

/** What is expected to be lost, run by run, and the policies that say so: F4. */
export function Provisions() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search] = useSearchState<{ tab?: string }>();
  const [running, setRunning] = useState(false);
  const policies = useGet<{ items: readonly Static<typeof PolicyItem>[] }>("/provision-policies", { filter: ["state:eq:in_force"] });
  const tab = search.tab ?? "runs";
  return (
    <Page title={t("Provisions")} actions={<Can permission="provision.run.make"><Button onClick={() => setRunning(true)}>{t("Reckon now…")}</Button></Can>}>
      <Tabs current={tab} tabs={[["runs", "Runs"], ["policies", "Policies"]]} />
      {tab === "runs" && <DataTable path="/provision-runs" list="risk.runs" caption="Provision runs" columns={RUNS} rowKey={(r) => r.id} open={(r) => `/provisions/${r.id}`} empty={t("Nothing has been reckoned yet.")} />}
      {tab === "policies" && <DataTable path="/provision-policies" list="risk.policies" caption="Provision policies" columns={POLICIES} rowKey={(r) => r.id} peek={(r) => <Policy id={r.id} />} />}
      <Dialog title={t("Reckon now…")} open={running} onClose={() => setRunning(false)}>
        <CommandForm<{ runId: string }> path="/provision-runs" submit="Reckon" note={<p className="muted">{t("Each loan in the books gets its expected loss. Nothing is posted before a second person agrees.")}</p>}
          fields={[{ name: "policyCode", label: "Policy", kind: "choice", required: true, options: (policies.data?.items ?? []).map((p) => ({ value: p.code, label: p.name })) }]} onDone={(made) => void navigate({ to: `/provisions/${made.runId}` })} onCancel={() => setRunning(false)} />
      </Dialog>
    </Page>
  );
}

/** A policy's tables, as they are. */
function Policy({ id }: { id: string }) {
  const query = useGet<PolicyJson>(`/provision-policies/${id}`);
  return <Loaded query={query}>{(p) => <div className="stack"><h3>{p.name}</h3><Tree value={p.definition} /></div>}</Loaded>;
}

const LINES: readonly Column<Static<typeof LineItem>>[] = [
  { key: "number", label: "Loan", sort: true, filter: true }, { key: "borrowerName", label: "Borrower", sort: true }, { key: "productCode", label: "Product", sort: true, filter: true }, { key: "stage", label: "Stage", sort: true, filter: true }, { key: "dpd", label: "Days past due", kind: "integer", sort: true, filter: true },
  { key: "exposure", label: "Exposure", kind: "money", sort: true, filter: true }, { key: "rate", label: "Loss rate", kind: "rate", sort: true }, { key: "loss", label: "Expected loss", kind: "money", sort: true, filter: true }, { key: "reason", label: "Why" },
];

/** One run: by stage, from the run before to this one, and loan by loan. */
export function ProvisionRun() {
  const { t } = useTranslation();
  const id = useParam("id");
  const query = useGet<RunJson>(`/provision-runs/${id}`);
  const post = useCommand<object>(`/provision-runs/${id}/post`);
  return (
    <Loaded query={query}>
      {(run) => (
        <Page title={`${t("Provisions")} · ${formatDate(run.businessDate)}`} note={<>{run.policyCode} · {METHODS[run.method] ?? run.method} · {t(humanise(run.book))} <StatusTag value={run.state} /></>}
          actions={run.state === "draft" && <Can permission="provision.run.make"><Button loading={post.pending} onClick={() => void post.run({})}>{t("Ask to post")}</Button></Can>}>
          <ProblemNotice problem={post.problem} />
          {run.state === "proposed" && <div className="notice" role="status">{t("A second person must agree before this is posted.")}</div>}
          <div className="split wide-left">
            <Section flush title={t("By stage")}>
              {run.stages.length === 0 ? <Empty>{t("No loan stands in the books.")}</Empty> : <Grid label="By stage" rows={run.stages} rowKey={(s) => s.stage + s.loss.currency} columns={[
                { header: "Stage", cell: (s) => s.stage }, { header: "Loans", align: "end", cell: (s) => formatCount(s.loans) }, { header: "Exposure", align: "end", cell: (s) => <MoneyText value={s.exposure} /> },
                { header: "Expected loss", align: "end", cell: (s) => <MoneyText value={s.loss} /> }, { header: "Coverage", align: "end", cell: (s) => formatRate(s.coverage) },
              ]} />}
            </Section>
            <Section title={t("Expected loss by stage")}>
              <Chart title={t("Expected loss by stage")} kind="bar" categories={run.stages.map((s) => `${s.stage} ${s.loss.currency}`)} series={[{ name: t("Expected loss"), values: run.stages.map((s) => Number(s.loss.amount)) }]} height={200} />
            </Section>
          </div>
          <Section flush title={run.previousId === null ? t("Nothing was posted before") : t("Since the run posted before")}>
            <Grid label="Movement" rows={run.movements} rowKey={(m) => m.stage + m.closing.currency} columns={[
              { header: "Stage", cell: (m) => m.stage }, ...(["opening", "added", "movedIn", "movedOut", "remeasured", "released", "closing"] as const).map((part) => ({ header: PARTS[part], align: "end" as const, cell: (m: RunJson["movements"][number]) => <MoneyText value={m[part]} style="plain" /> })),
            ]} />
          </Section>
          <DataTable path={`/provision-runs/${id}/lines`} list="risk.lines" caption="Loan by loan" columns={LINES} rowKey={(r) => r.loanAccountId} open={(r) => `/loans/${r.loanAccountId}`} searchLabel="Number or borrower" />
          <Section><Facts items={[["Loans", formatCount(run.loans)], ["Made at", run.madeAt, "instant"]]} /></Section>
        </Page>
      )}
    </Loaded>
  );
}

const PARTS = { opening: "Opening", added: "New loans", movedIn: "Moved in", movedOut: "Moved out", remeasured: "Remeasured", released: "Released", closing: "Closing" } as const;
