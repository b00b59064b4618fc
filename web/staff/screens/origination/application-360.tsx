import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ApplicationJson, TimelineItem } from "#modules/origination/contract.ts";
import { inLanguage, shownFields, type FormPage } from "../../../api/forms.ts";
import { useGet } from "../../../api/hooks.ts";
import { AnswerText } from "../../../ui/form-fields.tsx";
import { formatDate, humanise } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { Timeline } from "../../../ui/timeline.tsx";
import { DateText, InstantText, MoneyText, RateText, StatusTag } from "../../../ui/values.tsx";
import { useParam } from "../../kit/fields.ts";
import { NameText } from "../../kit/names.tsx";
import { ButtonLink, SubjectLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can } from "../../session.tsx";
import { CaseActs } from "./case-acts.tsx";
import { DocumentsTable } from "../../kit/documents-table.tsx";
import { SlaLeft } from "./applications.tsx";
import { PaperLink, Papers } from "./paper-view.tsx";
import { Requirements } from "./requirements.tsx";

export type Application = Static<typeof ApplicationJson>;

/** One application, whole: header, answers beside papers, checks, decisions, offers, timeline: L2. */
export function Application360() {
  const { t } = useTranslation();
  const id = useParam("id");
  const [search] = useSearchState<{ tab?: string }>();
  const tab = search.tab ?? "case";
  const [reveal, setReveal] = useState(false);
  const query = useGet<Application>(`/applications/${id}`, reveal ? { reveal: true } : {}, reveal ? {} : { everyMs: 6_000 });
  return (
    <Loaded query={query}>
      {(app) => (
        <Page title={`${app.applicant === "" ? t("Unnamed applicant") : app.applicant} · ${app.number}`} note={<>{app.product} · <StatusTag value={app.state} /></>} actions={<><Can permission="application.decision.make"><ButtonLink to={`/applications/${id}/workbench`}>{t("Workbench")}</ButtonLink></Can><CaseActs application={app} /></>}>
          <Section><Facts items={[["Amount", app.amount, "money"], ["Months", app.termMonths, "integer"], ["Score", app.score, "integer"], ["Policy", app.policyOutcome, "status"], ["Waiting on", t(humanise(app.waitingOn))], ["Time left", <SlaLeft key="s" minutes={app.slaMinutesLeft} />], ["Taken by", <NameText key="c" id={app.claimedBy} />], ["Branch", <NameText key="b" id={app.branchId} />], ["Channel", t(humanise(app.channel))], ["Applicant", <SubjectLink key="p" id={app.partyId} label={app.applicant} />], app.loanAccountId !== null && ["Loan", <SubjectLink key="l" id={app.loanAccountId} label={app.loanNumber} />], app.approvedUntil !== null && ["Approved until", app.approvedUntil, "date"], app.closedReason !== null && ["Closed because", app.closedReason]]} /></Section>
          <Tabs current={tab} tabs={[["case", "Case"], ["checks", "Checks and decisions"], ["offers", "Offers and agreement"], ["documents", "Documents"], ["timeline", "Timeline"]]} />
          {tab === "case" && <div className="split"><div className="stack"><Requirements application={app} /><Papers ownerId={id} /></div><AnswersPanel application={app} onReveal={() => setReveal(true)} /></div>}
          {tab === "checks" && <><Checks application={app} /><Decisions application={app} /><Notices application={app} /></>}
          {tab === "offers" && <OffersPanel application={app} />}
          {tab === "documents" && <DocumentsTable ownerId={id} />}
          {tab === "timeline" && <CaseTimeline id={id} />}
        </Page>
      )}
    </Loaded>
  );
}

function AnswersPanel({ application: app, onReveal }: { application: Application; onReveal: () => void }) {
  const { t, i18n } = useTranslation();
  const version = useGet<{ definition: { form: readonly FormPage[] } }>(`/product-versions/${app.productVersionId}`);
  const answers = { ...app.answers, ...app.person };
  return (
    <div className="stack">
      {app.personMasked && <Can permission="party.identifier.reveal"><div className="row"><span className="muted">{t("Personal data is masked.")}</span><Button size="compact-sm" variant="default" onClick={onReveal}>{t("Show it (recorded)")}</Button></div></Can>}
      <Loaded query={version}>
        {(v) => <>{v.definition.form.map((page) => <Section key={page.code} title={inLanguage(page.title, i18n.language)}><Facts items={shownFields(page, answers).map((f) => [inLanguage(f.label, i18n.language), <AnswerText key={f.name} field={f} value={answers[f.name]} currency={app.amount.currency} />] as const)} /></Section>)}</>}
      </Loaded>
      <Section title={t("Consents")}>{app.consents.length === 0 ? <Empty>{t("None given yet.")}</Empty> : <Grid label="Consents" rows={app.consents} rowKey={(c) => c.purpose + c.givenAt} columns={[{ header: "Purpose", cell: (c) => t(humanise(c.purpose)) }, { header: "Given", cell: (c) => (c.given ? t("Yes") : t("No")) }, { header: "Version", cell: (c) => c.version }, { header: "When", cell: (c) => <InstantText value={c.givenAt} /> }]} />}</Section>
    </div>
  );
}

export function Checks({ application: app }: { application: { readonly checks: Application["checks"] } }) {
  const { t } = useTranslation();
  return (
    <Section flush={app.checks.length > 0} title={t("Checks")}>
      {app.checks.length === 0 ? <Empty>{t("No check has been asked yet; they start when the application is handed in.")}</Empty> : <Grid label="Checks" rows={app.checks} rowKey={(c) => c.id} columns={[
        { header: "Check", cell: (c) => t(humanise(c.kind)) }, { header: "Outcome", cell: (c) => (c.kind === "bureau" && c.outcome === "hit" ? <StatusTag value="clear" label={t("Report found")} /> : <StatusTag value={c.outcome ?? c.state} />) }, { header: "Match score", align: "end", cell: (c) => c.matchScore ?? "–" }, { header: "Attempts", align: "end", cell: (c) => c.attempts },
        { header: "Asked on", cell: (c) => <DateText value={c.askedOn} /> }, { header: "Answered at", cell: (c) => <InstantText value={c.answeredAt} /> }, { header: "Reused from", cell: (c) => c.reusedFrom ?? "–" }, { header: "Reasons", cell: (c) => <div className="long">{(c.reasons as { code?: string; text?: string }[]).map((r) => r.text ?? r.code).join("; ")}</div> },
      ]} />}
    </Section>
  );
}

export function Decisions({ application: app }: { application: Application }) {
  const { t } = useTranslation();
  return (
    <Section flush={app.decisions.length > 0} title={t("Decisions")}>
      {app.decisions.length === 0 ? <Empty>{t("Nothing is decided yet.")}</Empty> : <Grid label="Decisions" rows={app.decisions} rowKey={(d) => d.id} columns={[
        { header: "Outcome", cell: (d) => <StatusTag value={d.outcome} /> }, { header: "Made by", cell: (d) => (d.madeBy === "policy" ? t("Policy") : <NameText id={d.madeBy} />) }, { header: "Amount", align: "end", cell: (d) => <MoneyText value={d.amount} /> }, { header: "Rate", align: "end", cell: (d) => <RateText value={d.annualRate} /> }, { header: "Score", align: "end", cell: (d) => d.score ?? "–" },
        { header: "Override", cell: (d) => (d.override ? <span className="tag warn">{t("Override")}</span> : "–") }, { header: "Reasons", cell: (d) => <div className="long">{[d.reason, ...d.reasons.map((r) => `${r.code}: ${r.text}`)].filter(Boolean).join("; ")}</div> }, { header: "Decided at", cell: (d) => <InstantText value={d.decidedAt} /> },
        { header: "Trace", cell: (d) => <ButtonLink size="compact-sm" to={`/applications/${app.id}/decisions/${d.id}`}>{t("Trace")}</ButtonLink> },
      ]} />}
    </Section>
  );
}

function OffersPanel({ application: app }: { application: Application }) {
  const { t } = useTranslation();
  return (
    <>
      <Section flush={app.offers.length > 0} title={t("Offers")}>
        {app.offers.length === 0 ? <Empty>{t("There is no offer yet.")}</Empty> : <Grid label="Offers" rows={app.offers} rowKey={(o) => o.id} columns={[
          { header: "State", cell: (o) => <StatusTag value={o.state} /> }, { header: "Amount", align: "end", cell: (o) => <MoneyText value={o.amount} /> }, { header: "Months", align: "end", cell: (o) => o.termMonths }, { header: "Rate", align: "end", cell: (o) => <RateText value={o.annualRate} /> }, { header: "APR", align: "end", cell: (o) => <RateText value={o.apr} /> },
          { header: "Installment", align: "end", cell: (o) => <MoneyText value={o.installment} /> }, { header: "Paid out", align: "end", cell: (o) => <MoneyText value={o.netDisbursed} /> }, { header: "Fees", align: "end", cell: (o) => <MoneyText value={o.fees} /> }, { header: "Total paid", align: "end", cell: (o) => <MoneyText value={o.totalPaid} /> }, { header: "Expires on", cell: (o) => <DateText value={o.expiresOn} /> }, { header: "Schedule", cell: (o) => <span className="mono">{o.scheduleHash.slice(0, 12)}</span> },
        ]} />}
      </Section>
      <Section title={t("Agreement")}>
        {app.agreement === null ? <Empty>{t("No agreement is ready yet.")}</Empty> : <><Facts items={[["State", app.agreement.state, "status"], ["Signed at", app.agreement.signedAt, "instant"], ["Document", app.agreement.documentId === null ? "–" : <PaperLink key="d" id={app.agreement.documentId} title={t("Agreement")}>{t("Show")}</PaperLink>], ["Fingerprint", <span key="h" className="mono">{app.agreement.documentSha256}</span>], ["Schedule", <span key="s" className="mono">{app.agreement.scheduleHash}</span>]]} />{app.agreement.evidence !== null && <details style={{ marginTop: 10 }}><summary>{t("Evidence")}</summary><pre className="code" tabIndex={0}>{JSON.stringify(app.agreement.evidence, null, 2)}</pre></details>}</>}
      </Section>
      <Section flush={app.funding.length > 0} title={t("Funding")}>
        {app.funding.length === 0 ? <Empty>{t("No payout has been proposed yet.")}</Empty> : <Grid label="Funding" rows={app.funding} rowKey={(f) => f.id} columns={[{ header: "State", cell: (f) => <StatusTag value={f.state} /> }, { header: "Amount", align: "end", cell: (f) => <MoneyText value={f.amount} /> }, { header: "Paid out", align: "end", cell: (f) => <MoneyText value={f.net} /> }, { header: "Value date", cell: (f) => <DateText value={f.valueDate} /> }, { header: "Proposed by", cell: (f) => <NameText id={f.proposedBy} /> }, { header: "Released by", cell: (f) => <NameText id={f.releasedBy} /> }, { header: "Note", cell: (f) => f.note ?? "–" }]} />}
      </Section>
    </>
  );
}

/** Letters the law asks for after a decision, with the letter itself. */
function Notices({ application: app }: { application: Application }) {
  const { t } = useTranslation();
  if (app.notices.length === 0) return null;
  return (
    <Section flush title={t("Notices by law")}>
      <Grid label="Notices" rows={app.notices} rowKey={(n) => n.id} columns={[
        { header: "Kind", cell: (n) => t(humanise(n.kind)) }, { header: "State", cell: (n) => <StatusTag value={n.state} /> }, { header: "Due on", cell: (n) => formatDate(n.dueOn) }, { header: "Sent at", cell: (n) => <InstantText value={n.sentAt} /> },
        { header: "Reasons", cell: (n) => <div className="long">{n.reasons.map((r) => r.text).join("; ")}</div> }, { header: "Letter", cell: (n) => (n.documentId === null ? "–" : <PaperLink id={n.documentId} title={t("Letter")}>{t("Show")}</PaperLink>) },
      ]} />
    </Section>
  );
}

function CaseTimeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useGet<{ items: readonly Static<typeof TimelineItem>[] }>(`/applications/${id}/timeline`);
  return <Section><Loaded query={query}>{(page) => <Timeline items={[...page.items].sort((a, b) => b.at.localeCompare(a.at)).map((e) => ({ id: e.id, at: e.at, title: e.summary, detail: e.toState === null ? undefined : <span className="muted">{[e.fromState, e.toState].filter(Boolean).map((s) => t(humanise(s ?? ""))).join(" → ")}</span>, who: <NameText id={e.actorId} /> }))} />}</Loaded></Section>;
}
