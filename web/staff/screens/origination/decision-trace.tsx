import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { TraceJson } from "#modules/origination/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Tree } from "../../../ui/explain.tsx";
import { humanise } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { StatusTag } from "../../../ui/values.tsx";
import { useParam } from "../../kit/fields.ts";
import { NameText } from "../../kit/names.tsx";
import { ButtonLink } from "../../kit/link.tsx";

/** How a decision came about: its inputs, the rules, versions, what was missing, and a replay on the present policy: U3. */
export function DecisionTrace() {
  const { t } = useTranslation();
  const id = useParam("id");
  const decisionId = useParam("decisionId");
  const query = useGet<Static<typeof TraceJson>>(`/applications/${id}/decisions/${decisionId}/trace`);
  return (
    <Loaded query={query}>
      {({ decision: d, facts, trace, missing, replay }) => (
        <Page title={t("Decision trace")} note={d.id} actions={<ButtonLink to={`/applications/${id}`}>{t("Whole case")}</ButtonLink>}>
          <Section><Facts items={[["Outcome", d.outcome, "status"], ["Made by", d.madeBy === "policy" ? t("Policy") : <NameText key="m" id={d.madeBy} />], ["Score", d.score, "integer"], ["Amount", d.amount, "money"], ["Months", d.termMonths, "integer"], ["Rate", d.annualRate, "rate"], ["Override", d.override, "boolean"], ["Deviation", d.deviation], ["Good until", d.expiresOn, "date"], ["Decided at", d.decidedAt, "instant"], ["Policy", <span key="p" className="mono">{d.policyHash.slice(0, 16)}</span>], ["Scorecard", d.scorecardVersion], ["Product version", <span key="v" className="mono">{d.productVersionId}</span>]]} /></Section>
          <div className="split">
            <Section flush={d.reasons.length > 0} title={t("Reasons")}>{d.reasons.length === 0 ? <Empty>{t("No reason was needed.")}</Empty> : <Grid label="Reasons" rows={d.reasons} rowKey={(r) => r.code} columns={[{ header: "Code", cell: (r) => <span className="mono">{r.code}</span> }, { header: "Text", cell: (r) => r.text }]} />}{d.reason !== null && <p style={{ padding: 12 }}>{d.reason}</p>}</Section>
            <Section title={t("Replayed on the policy of today")}><Facts items={[["Outcome", replay.outcome, "status"], ["Score", replay.score, "integer"], ["Same", <StatusTag key="s" value={replay.same ? "matched" : "review"} label={replay.same ? t("Same result") : t("Differs")} />], ["Product version", <span key="v" className="mono">{replay.productVersionId}</span>]]} /></Section>
          </div>
          {missing.length > 0 && <div className="notice warn">{t("Missing when it was decided: {{facts}}", { facts: missing.map((fact) => t(humanise(fact))).join(", ") })}</div>}
          <Section title={t("Inputs")}><Facts items={Object.entries(facts).map(([k, v]) => [humanise(k), v === null ? "–" : typeof v === "object" ? <Tree key={k} value={v} /> : typeof v === "boolean" ? (v ? t("Yes") : t("No")) : typeof v === "string" ? t(humanise(v)) : String(v)] as const)} /></Section>
          <Section title={t("Trace of the rules")}><Tree value={trace} /></Section>
        </Page>
      )}
    </Loaded>
  );
}
