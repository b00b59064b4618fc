import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { WorkbenchJson } from "#modules/origination/contract.ts";
import { useAsk, useCommand, useGet } from "../../../api/hooks.ts";
import { Tree } from "../../../ui/explain.tsx";
import { humanise } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { MoneyText, StatusTag } from "../../../ui/values.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";
import { Checks, type Application } from "./application-360.tsx";
import { Bureau } from "./bureau.tsx";
import { Decide } from "./decide-panel.tsx";
import { Papers } from "./paper-view.tsx";
import { Requirements } from "./requirements.tsx";

export type WorkbenchData = Static<typeof WorkbenchJson>;

/** Everything an underwriter weighs on one page: bureau, income, ratios, score, policy, authority; and the decision: U2. */
export function Workbench() {
  const { t } = useTranslation();
  const id = useParam("id");
  const query = useAsk<WorkbenchData>(`/applications/${id}/workbench`, {});
  return (
    <Loaded query={query}>
      {(w) => (
        <Page title={`${w.application.applicant} · ${w.application.number}`} note={<>{w.application.product} · <StatusTag value={w.application.state} /></>} actions={<><a className="token" style={{ textDecoration: "none", display: "inline-flex", alignItems: "center" }} href="#decision" onClick={(e) => {
          e.preventDefault();
          document.getElementById("decision")?.scrollIntoView({ block: "start" });
        }}>{t("To the decision")}</a><ButtonLink to={`/applications/${id}`}>{t("Whole case")}</ButtonLink></>}>
          <Section><Facts big items={[["Amount", w.application.amount, "money"], ["Months", w.application.termMonths, "integer"], ["Installment", w.income.installment, "money"], ["Score", w.score.score, "integer"], ["Policy", w.policy.outcome, "status"], ["Rate", w.policy.annualRate, "rate"]]} /></Section>
          <div className="bench">
            <div className="stack papers"><Papers ownerId={id} /><CasePapers id={id} /></div>
            <div className="stack">
              <div className="split"><Policy policy={w.policy} /><Income income={w.income} /></div>
              <Score score={w.score} />
              <Bureau bureau={w.bureau} outcome={w.bureauOutcome} />
              <Checks application={w} />
              <WhatIf id={id} data={w} />
              <div id="decision"><Decide data={w} /></div>
              <Section title={t("Like cases")}><Facts items={[["Seen", w.peers.count, "integer"], ["Approved", w.peers.approved, "integer"], ["Average score", w.peers.averageScore, "integer"]]} /></Section>
              <Section title={t("Facts the decision rests on")}><Facts items={Object.entries(w.facts).map(([k, v]) => [humanise(k), typeof v === "object" && v !== null ? <Tree key={k} value={v} /> : typeof v === "number" && !Number.isInteger(v) ? v.toPrecision(4) : v === null ? <span key={k} className="tag warn">{t("missing")}</span> : typeof v === "boolean" ? (v ? t("Yes") : t("No")) : typeof v === "string" ? t(humanise(v)) : String(v)] as const)} /></Section>
            </div>
          </div>
        </Page>
      )}
    </Loaded>
  );
}

/** What is owed on this case, with its acts. */
function CasePapers({ id }: { id: string }) {
  const query = useGet<Application>(`/applications/${id}`);
  return <Loaded query={query}>{(app) => <Requirements application={app} />}</Loaded>;
}

function Score({ score }: { score: WorkbenchData["score"] }) {
  const { t } = useTranslation();
  const top = Math.max(1, ...score.lines.map((l) => Math.abs(l.points) + l.lost));
  return (
    <Section flush title={t("Scorecard {{version}}: {{score}}", { version: score.version, score: score.score })}>
      <Grid label="Scorecard" rows={score.lines} rowKey={(l) => l.fact} columns={[
        { header: "Characteristic", cell: (l) => t(l.label) }, { header: "Value", cell: (l) => (l.value === null || l.value === undefined ? <span className="tag warn">{t("missing")}</span> : typeof l.value === "string" ? t(humanise(l.value)) : String(l.value as number)) }, { header: "Points", align: "end", cell: (l) => l.points, foot: score.score },
        { header: "Lost", align: "end", cell: (l) => l.lost }, { header: "Of the best", cell: (l) => <div className="bar" style={{ width: 120 }} aria-hidden><i style={{ width: `${(Math.max(l.points, 0) / top) * 100}%`, background: "var(--lw-c1)" }} /><i style={{ width: `${(l.lost / top) * 100}%`, background: "var(--lw-c2)" }} /></div> }, { header: "Reason", cell: (l) => <span className="mono">{l.reasonCode}</span> },
      ]} />
    </Section>
  );
}

function Policy({ policy }: { policy: WorkbenchData["policy"] }) {
  const { t } = useTranslation();
  return (
    <Section title={t("Policy")} actions={<StatusTag value={policy.outcome} />}>
      {policy.rules.length === 0 ? <Empty>{t("No rule was hit.")}</Empty> : <ul className="b-tasks" style={{ gap: 6 }}>{policy.rules.map((r) => <li key={r.code + r.text} className="row"><StatusTag value={r.outcome} /><span className="mono">{r.code}</span><span>{r.text}</span></li>)}</ul>}
    </Section>
  );
}

function Income({ income }: { income: WorkbenchData["income"] }) {
  const { t } = useTranslation();
  const rows = [["Monthly income", income.monthlyIncome], ["Obligations", income.monthlyObligations], ["This installment", income.installment], ["Left each month", income.left]] as const;
  return <Section flush title={t("Income ladder")}><Grid label="Income ladder" rows={rows} rowKey={(r) => r[0]} columns={[{ header: "Each month", cell: (r) => t(r[0]) }, { header: "Amount", align: "end", cell: (r) => <MoneyText value={r[1]} /> }]} /></Section>;
}

/** Other terms through the same policy, without changing the case; and the same for real, by which the case is decided anew. */
function WhatIf({ id, data }: { id: string; data: WorkbenchData }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { currency } = data.application.amount;
  const [amount, setAmount] = useState(data.application.amount.amount);
  const [term, setTerm] = useState(String(data.application.termMonths));
  const [reason, setReason] = useState("");
  const what = useCommand<unknown, WorkbenchData>(`/applications/${id}/workbench`, { quiet: true });
  const again = useCommand<unknown>(`/applications/${id}/checks`);
  const body = { amount: { amount, currency }, termMonths: Number(term) };
  return (
    <Section title={t("Other terms")}>
      <div className="stack">
        <ProblemNotice problem={what.problem ?? again.problem} />
        <div className="split"><MoneyInput label={t("Amount")} currency={currency} value={amount} onChange={setAmount} /><TextInput label={t("Months")} inputMode="numeric" value={term} onChange={(e) => setTerm(e.currentTarget.value)} /></div>
        <Button variant="default" size="sm" loading={what.pending} onClick={() => void what.run(body)}>{t("What would the policy say?")}</Button>
        {what.result !== undefined && <div role="status" className="notice info"><Facts items={[["Policy", what.result.policy.outcome, "status"], ["Rate", what.result.policy.annualRate, "rate"], ["Score", what.result.score.score, "integer"], ["Installment", what.result.income.installment, "money"], ["Left each month", what.result.income.left, "money"]]} /></div>}
        {data.application.state === "referred" && may("application.decision.make") && <div className="row" style={{ alignItems: "flex-end" }}><TextInput label={t("Reason")} value={reason} onChange={(e) => setReason(e.currentTarget.value)} style={{ flex: 1 }} /><Button size="sm" disabled={reason.trim() === ""} loading={again.pending} onClick={() => void again.run({ ...body, reason })}>{t("Change and decide anew")}</Button></div>}
      </div>
    </Section>
  );
}
