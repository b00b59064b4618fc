import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { TimelineItem } from "#modules/origination/contract.ts";
import { inLanguage, type Words } from "../../api/forms.ts";
import { useGet } from "../../api/hooks.ts";
import { formatDate, formatInstant, formatMoney } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Timeline } from "../../ui/timeline.tsx";
import { StatusTag } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { DocumentButton } from "../paper.tsx";
import { go, Link, useParams } from "../router.tsx";
import type { Application } from "../types.ts";
import { Withdraw } from "../withdraw.tsx";
import { JOURNEY, journeyStep, noticeWords, stageWords } from "../words.ts";

/** It is over without a loan. */
const ENDED: readonly string[] = ["declined", "withdrawn", "expired"];

/** Where the application is, whose turn it is, and what to do next: B3. */
export function Tracker() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const query = useGet<Application>(`/applications/${id}`, {}, { everyMs: 4_000 });
  return (
    <SignedIn>
      <Loaded query={query}>
        {(app) => {
          const step = journeyStep(app.state);
          return (
            <div className="b-stack">
              <div><p className="muted">{app.number} · {formatMoney(app.amount)} · {t("{{count}} months", { count: app.termMonths })}</p><h1>{t(stageWords(app.state))}</h1></div>
              {!ENDED.includes(app.state) && <ol className="b-journey" aria-label={t("Progress")}>{JOURNEY.map((name, i) => <li key={name} aria-current={i === step ? "step" : undefined} data-done={i < step}>{t(name)}</li>)}</ol>}
              <Turn application={app} />
              <Letters application={app} />
              <Papers application={app} />
              <History id={app.id} />
              <Consents application={app} />
              {ENDED.includes(app.state) && <Button variant="default" onClick={() => go("/")}>{t("See what a loan would cost")}</Button>}
              {["draft", "submitted", "verifying", "referred", "approved", "offered", "accepted", "signed"].includes(app.state) && <Withdraw id={app.id} />}
            </div>
          );
        }}
      </Loaded>
    </SignedIn>
  );
}

function Turn({ application: app }: { application: Application }) {
  const { t } = useTranslation();
  const base = `/borrower/applications/${app.id}`;
  const act: Readonly<Record<string, readonly [text: string, label: string, to: string]>> = {
    draft: ["It is not handed in yet. Everything you saved is kept.", "Go on", `${base}/apply`],
    offered: ["We can lend to you. Look at the offer and take your time.", "See the offer", `${base}/offers`],
    accepted: ["Read the agreement and sign it with a code.", "Read and sign", `${base}/sign`],
    disbursed: ["The money is on its way to your account.", "Go to your loan", app.loanAccountId === null ? "/borrower/home" : `/borrower/loans/${app.loanAccountId}`],
  };
  const mine = act[app.state];
  if (mine !== undefined) return <div className="b-card lead b-stack">{app.state !== "disbursed" && <p className="b-who" data-mine>{t("It is your turn")}</p>}<p>{t(mine[0])}</p><Button color="copper.5" c="#1c1204" onClick={() => go(mine[2])}>{t(mine[1])}</Button></div>;
  const waiting: Readonly<Record<string, string>> = {
    submitted: "Nothing to do right now. We are checking what you told us; this usually takes minutes.", verifying: "Nothing to do right now. We are checking what you told us; this usually takes minutes.", referred: "A person at the lender is reading your application. You will hear from us.",
    approved: "Your offer is being prepared.", signed: "You have signed. Two people at the lender release the payment.", funding: "You have signed. Two people at the lender release the payment.", declined: "We cannot lend to you this time. The letter says why and what you can do.", withdrawn: "You withdrew this application.", expired: "This application has run out. You can start a new one any time.",
  };
  return <div className="notice info" role="status">{!ENDED.includes(app.state) && <p className="b-who">{t("It is our turn")}</p>}<p>{t(waiting[app.state] ?? "Nothing to do right now.")}</p>{app.stageDueAt !== null && ["submitted", "verifying", "referred", "signed", "funding"].includes(app.state) && <p className="muted">{t("Expected by {{when}}", { when: formatInstant(app.stageDueAt) })}</p>}</div>;
}

/** What was agreed to, in the words it was agreed to, and when. */
function Consents({ application: app }: { application: Application }) {
  const { t, i18n } = useTranslation();
  const given = app.consents.filter((c) => c.given);
  const version = useGet<{ definition: { readonly consents: readonly { readonly purpose: string; readonly text: Words }[] } }>(given.length === 0 ? null : `/product-versions/${app.productVersionId}`);
  if (given.length === 0 || version.data === undefined) return null;
  const { consents } = version.data.definition;
  return <details className="b-card"><summary>{t("What you agreed to")}</summary><ul className="b-lines">{given.map((c) => <li key={c.purpose}><span>{inLanguage(consents.find((one) => one.purpose === c.purpose)?.text, i18n.language)}</span><span className="muted" style={{ fontSize: 14 }}>{formatDate(c.givenAt)}</span></li>)}</ul></details>;
}

function History({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useGet<{ items: readonly Static<typeof TimelineItem>[] }>(`/applications/${id}/timeline`, { limit: 100 }, { everyMs: 5_000 });
  const steps = [...(query.data?.items ?? [])].reverse().filter((e) => e.toState !== null);
  return steps.length === 0 ? null : <div className="b-card"><h2 style={{ marginBottom: 10 }}>{t("What happened so far")}</h2><Timeline items={steps.map((e) => ({ id: e.id, at: e.at, title: t(e.toState === "draft" ? "Started" : stageWords(e.toState ?? e.kind)) }))} /></div>;
}

/** What the lender wrote about it: the approval, or the reasons of a refusal. */
function Letters({ application: app }: { application: Application }) {
  const { t } = useTranslation();
  const letters = app.notices.flatMap((n) => (n.documentId === null || n.sentAt === null ? [] : [{ id: n.documentId, title: t(noticeWords(n.kind)), at: n.sentAt }]));
  if (letters.length === 0) return null;
  return <div className="b-card"><h2>{t("Letters")}</h2><ul className="b-plain" style={{ listStyle: "none", padding: 0 }}>{letters.map((l) => <li key={l.id} className="row" style={{ justifyContent: "space-between" }}><DocumentButton id={l.id} title={l.title}>{l.title}</DocumentButton><span className="muted" style={{ fontSize: 14 }}>{formatInstant(l.at)}</span></li>)}</ul></div>;
}

function Papers({ application: app }: { application: Application }) {
  const { t, i18n } = useTranslation();
  const papers = app.requirements.filter((r) => r.kind === "paper");
  if (papers.length === 0 || ENDED.includes(app.state)) return null;
  return (
    <div className="b-card b-stack">
      <div className="row" style={{ justifyContent: "space-between" }}><h2>{t("Papers")}</h2><Link to={`/borrower/applications/${app.id}/documents`}>{t("Add papers")}</Link></div>
      <ul className="b-tasks">{papers.map((r) => <li key={r.code} className="row" style={{ justifyContent: "space-between" }}><span>{inLanguage(r.label, i18n.language)}</span><StatusTag value={r.state} label={t(paperState(r.state))} /></li>)}</ul>
    </div>
  );
}

/** Owed, in review, accepted: the words people know. */
export function paperState(state: string): string {
  return ({ owed: "Still needed", in_review: "We are looking at it", met: "Accepted", refused: "Please send again", waived: "Not needed" } as Readonly<Record<string, string>>)[state] ?? state;
}
