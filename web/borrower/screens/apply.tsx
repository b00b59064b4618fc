import { Button, Checkbox, CopyButton } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FieldError } from "../../api/client.ts";
import { ApiProblem } from "../../api/client.ts";
import { inLanguage, pageDone, shownFields, type Answers, type FormPage, type Words } from "../../api/forms.ts";
import { useCommand, useGet, useGetVersioned } from "../../api/hooks.ts";
import { formatMoney } from "../../ui/format.ts";
import { AnswerText, FormFieldInput } from "../../ui/form-fields.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { labelOfAnswer, localErrors, missingAnswers } from "../answers.ts";
import { SignedIn } from "../app.tsx";
import { go, Link, useAddress, useParams } from "../router.tsx";
import { useBorrower } from "../session.tsx";
import { SignIn } from "./sign-in.tsx";
import type { Application } from "../types.ts";
import { Withdraw } from "../withdraw.tsx";

interface Definition { readonly form: readonly FormPage[]; readonly consents: readonly { readonly purpose: string; readonly text: Words; readonly required: boolean }[] }

/** What this person told in an earlier application, so that nobody is asked twice; undefined while it is being looked up. */
function useToldBefore(signedIn: boolean): Answers | undefined {
  const past = useGet<{ items: readonly { readonly id: string; readonly state: string }[] }>(signedIn ? "/applications" : null, { limit: 10, sort: "-createdAt" });
  const newest = past.data?.items.find((a) => a.state !== "draft");
  const last = useGet<Application>(newest === undefined ? null : `/applications/${newest.id}`);
  if (past.isError || last.isError || (past.data !== undefined && newest === undefined)) return {};
  if (last.data === undefined) return undefined;
  // Each loan has a purpose of its own; what is masked is asked anew.
  const { purpose: _purpose, ...answers } = last.data.answers;
  return last.data.personMasked ? answers : { ...answers, ...last.data.person };
}

/** Opens the draft with what was chosen on the eligibility page; signs in on the way. */
export function StartApplication() {
  const { t, i18n } = useTranslation();
  const { query } = useAddress();
  const { signedIn, currency } = useBorrower();
  const told = useToldBefore(signedIn);
  const begun = useRef(false);
  const start = useCommand<unknown, { applicationId: string }>("/applications", { onDone: (made) => go(`/borrower/applications/${made.applicationId}/apply${Object.keys(told ?? {}).length > 0 ? "?filled=1" : ""}`, true) });
  const begin = () => {
    if (begun.current) return;
    begun.current = true;
    void start.run({ productCode: query.get("product"), amount: { amount: query.get("amount"), currency }, termMonths: Number(query.get("term")), locale: i18n.language, answers: told ?? {} });
  };
  // Nobody applies for an amount they have not seen the cost of.
  const priced = ["product", "amount", "term"].every((name) => query.get(name) !== null);
  useEffect(() => {
    if (!priced) go("/", true);
    else if (signedIn && told !== undefined) begin();
  }, [signedIn, priced, told === undefined]);
  if (!signedIn) return <div className="b-stack"><p className="muted">{t("First your number, so that you can stop and come back at any time.")}</p><SignIn onDone={() => undefined} /></div>;
  return <div className="b-stack"><ProblemNotice problem={start.problem} onRetry={() => {
    begun.current = false;
    begin();
  }} />{start.problem === null && <p role="status">{t("Opening your application …")}</p>}</div>;
}

function useApplication(id: string) {
  const application = useGetVersioned<Application>(`/applications/${id}`);
  const version = useGet<{ definition: Definition }>(application.data === undefined ? null : `/product-versions/${application.data.body.productVersionId}`);
  return { application, version };
}

/** What was told, the personal part with it. */
function whole(application: Application): Application {
  return { ...application, answers: { ...application.answers, ...application.person } };
}

/** The task list: pages with what is done and what is open; any order, stop and come back. */
export function ApplyTasks() {
  const { t, i18n } = useTranslation();
  const { query } = useAddress();
  const id = useParams()["id"] ?? "";
  const { application, version } = useApplication(id);
  return (
    <SignedIn><Loaded query={application}>{({ body: app }) => <Loaded query={version}>{({ definition }) => {
      const all = { ...app.answers, ...app.person };
      const done = definition.form.filter((p) => pageDone(p, all)).length;
      const next = definition.form.find((p) => !pageDone(p, all));
      return (
        <div className="b-stack">
          <div><h1>{t("Your application")}</h1><p className="muted">{app.number} · {formatMoney(app.amount)} · {t("{{count}} months", { count: app.termMonths })}</p></div>
          <div><div className="b-steps" aria-hidden><i style={{ width: `${(done / definition.form.length) * 100}%` }} /></div><p className="muted" style={{ fontSize: 14 }}>{t("{{done}} of {{all}} parts are done. What you saved is kept; come back any time.", { done, all: definition.form.length })}</p></div>
          {query.get("filled") !== null && <div className="notice info" role="status">{t("We filled in what you told us last time. Please look it over.")}</div>}
          <ul className="b-tasks">{definition.form.map((p) => (
            <li key={p.code}><Link className="b-task" to={`/borrower/applications/${id}/apply/${p.code}`}><strong>{inLanguage(p.title, i18n.language)}</strong><span className={pageDone(p, all) ? "tag good" : "tag"}>{pageDone(p, all) ? t("Done") : t("To do")}</span></Link></li>
          ))}</ul>
          <Button onClick={() => go(next === undefined ? `/borrower/applications/${id}/apply/check` : `/borrower/applications/${id}/apply/${next.code}`)}>{next === undefined ? t("Check your answers") : t("Continue")}</Button>
          <ComeBack id={id} />
          <Withdraw id={id} />
        </div>
      );
    }}</Loaded>}</Loaded></SignedIn>
  );
}

/** The link to the draft, for another day or another phone; it opens after signing in with a code. */
function ComeBack({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <div className="b-card"><h2>{t("Continue later")}</h2><p className="muted">{t("Come back by this link on any phone or computer. You sign in with a code; nobody else can open it.")}</p>
      <CopyButton value={`${location.origin}/borrower/applications/${id}/apply`}>{({ copied, copy }) => <Button variant="default" mt="sm" onClick={copy}>{copied ? t("Copied") : t("Copy the link")}</Button>}</CopyButton>
    </div>
  );
}

/** One part of the form, saved when you go on. */
export function ApplyPage() {
  const { id = "", page: code = "" } = useParams();
  const { application, version } = useApplication(id);
  return <SignedIn><Loaded query={application}>{({ body, etag }) => <Loaded query={version}>{({ definition }) => <PageForm key={code} application={whole(body)} etag={etag} definition={definition} code={code} />}</Loaded>}</Loaded></SignedIn>;
}

function PageForm({ application, etag, definition, code }: { application: Application; etag: string | null; definition: Definition; code: string }) {
  const { t, i18n } = useTranslation();
  const { currency, lender } = useBorrower();
  const { query } = useAddress();
  const at = definition.form.findIndex((p) => p.code === code);
  const page = definition.form[at];
  const [answers, setAnswers] = useState<Answers>(() => draftOf(application.id, code, application.answers));
  const [refused, setRefused] = useState<ApiProblem | null>(null);
  const back = query.get("from") === "check";
  const refuse = (errors: readonly FieldError[]) => setRefused(new ApiProblem({ status: 422, code: "application.incomplete", title: "Some answers cannot be accepted yet", fix: "Correct them; what you typed is kept.", errors: localErrors(page?.fields ?? [], errors, t, currency) }));
  const onward = () => {
    const next = definition.form[at + 1];
    go(back || next === undefined ? `/borrower/applications/${application.id}/apply/check` : `/borrower/applications/${application.id}/apply/${next.code}`);
  };
  const save = useCommand<unknown, { errors?: readonly FieldError[] }>(`/applications/${application.id}/steps/${code}`, {
    method: "PUT", onDone: (saved) => {
      if ((saved.errors?.length ?? 0) > 0) {
        refuse(saved.errors ?? []);
        return;
      }
      sessionStorage.removeItem(draftKey(application.id, code));
      onward();
    },
  });
  if (page === undefined) return <p>{t("There is no page at this address.")}</p>;
  const fields = shownFields(page, answers);
  const problem = refused ?? save.problem;
  const act = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  const send = async () => {
    const missing = missingAnswers(fields, answers);
    if (missing.length > 0) {
      refuse(missing);
      return;
    }
    setRefused(null);
    const mine = Object.fromEntries(fields.filter((f) => answers[f.name] !== undefined && answers[f.name] !== "").map((f) => [f.name, f.kind === "phone" ? withCountry(String(answers[f.name] as string), lender.country) : answers[f.name]]));
    await save.run({ answers: mine }, { ifMatch: etag ?? undefined });
  };
  const change = (name: string, value: unknown) => {
    const next = { ...answers, [name]: value };
    setAnswers(next);
    // Kept in this tab until saved, so that a lost connection, the back button or a reload loses nothing; a phone that is lent keeps nothing.
    sessionStorage.setItem(draftKey(application.id, code), JSON.stringify(next));
  };
  return (
    <form className="b-stack" onSubmit={act} noValidate>
      <div><p className="muted" style={{ fontSize: 14 }}>{t("Part {{n}} of {{all}}", { n: at + 1, all: definition.form.length + 1 })}</p><h1>{inLanguage(page.title, i18n.language)}</h1><div className="b-steps" aria-hidden><i style={{ width: `${((at + 1) / (definition.form.length + 1)) * 100}%` }} /></div></div>
      <ProblemNotice problem={problem} labelOf={(pointer) => labelOfAnswer(fields, pointer, i18n.language, t)} onRetry={save.problem?.retryable === true ? () => void send() : undefined} />
      {fields.map((f) => <FormFieldInput key={f.name} field={f} value={answers[f.name]} onChange={(v) => change(f.name, v)} problem={problem} prefix="/answers" currency={currency} country={lender.country} />)}
      <div className="b-actions"><Button type="submit" loading={save.pending}>{t("Save and continue")}</Button><Button variant="default" onClick={() => go(`/borrower/applications/${application.id}/apply`)}>{t("All parts")}</Button></div>
    </form>
  );
}

function draftKey(id: string, code: string): string {
  return `lw.draft.${id}.${code}`;
}

function draftOf(id: string, code: string, saved: Answers): Answers {
  try {
    return { ...saved, ...(JSON.parse(sessionStorage.getItem(draftKey(id, code)) ?? "{}") as Answers) };
  } catch {
    return saved;
  }
}

function withCountry(typed: string, country: string): string {
  const digits = typed.replaceAll(/[\s()-]/g, "");
  return digits.startsWith("+") ? digits : `${country === "IN" ? "+91" : "+1"}${digits.replace(/^0/, "")}`;
}

/** Everything once more, the consents, and then it is handed in. */
export function CheckAnswers() {
  const id = useParams()["id"] ?? "";
  const { application, version } = useApplication(id);
  return <SignedIn><Loaded query={application}>{({ body, etag }) => <Loaded query={version}>{({ definition }) => <Check application={whole(body)} etag={etag} definition={definition} />}</Loaded>}</Loaded></SignedIn>;
}

function Check({ application, etag, definition }: { application: Application; etag: string | null; definition: Definition }) {
  const { t, i18n } = useTranslation();
  const { currency } = useBorrower();
  const [given, setGiven] = useState<Readonly<Record<string, boolean>>>(() => Object.fromEntries(application.consents.map((c) => [c.purpose, c.given])));
  const last = definition.form.at(-1)?.code ?? "";
  const submit = useCommand<object>(`/applications/${application.id}/submit`, { onDone: () => go(`/borrower/applications/${application.id}`) });
  const save = useCommand<unknown>(`/applications/${application.id}/steps/${last}`, { method: "PUT" });
  const missing = definition.consents.some((c) => c.required && given[c.purpose] !== true);
  const act = async (event: FormEvent) => {
    event.preventDefault();
    const page = definition.form.at(-1);
    const answers = Object.fromEntries((page === undefined ? [] : shownFields(page, application.answers)).flatMap((f) => (application.answers[f.name] === undefined ? [] : [[f.name, application.answers[f.name]]])));
    const saved = await save.run({ answers, consents: definition.consents.map((c) => ({ purpose: c.purpose, given: given[c.purpose] === true })) }, { ifMatch: etag ?? undefined });
    if (saved !== undefined) await submit.run({});
  };
  const fields = definition.form.flatMap((p) => p.fields);
  const inWords = (problem: ApiProblem | null) => (problem === null || problem.errors.length === 0 ? problem : new ApiProblem({ status: problem.status, code: problem.code, title: problem.title, fix: problem.fix, errors: localErrors(fields, problem.errors, t, currency) }));
  const row = (label: string, value: ReactNode) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>;
  return (
    <form className="b-stack" onSubmit={(event) => void act(event)}>
      <div><p className="muted" style={{ fontSize: 14 }}>{t("Part {{n}} of {{all}}", { n: definition.form.length + 1, all: definition.form.length + 1 })}</p><h1>{t("Check your answers")}</h1></div>
      <ProblemNotice problem={inWords(save.problem ?? submit.problem)} labelOf={(pointer) => labelOfAnswer(fields, pointer, i18n.language, t)} />
      <div className="b-card"><h2>{t("The loan")}</h2><dl className="b-rows">{row(t("Amount"), formatMoney(application.amount))}{row(t("Over"), t("{{count}} months", { count: application.termMonths }))}</dl></div>
      {definition.form.map((p) => (
        <div className="b-card" key={p.code}>
          <div className="row" style={{ justifyContent: "space-between" }}><h2>{inLanguage(p.title, i18n.language)}</h2><Link to={`/borrower/applications/${application.id}/apply/${p.code}?from=check`}>{t("Change")}<span className="visually-hidden"> {inLanguage(p.title, i18n.language)}</span></Link></div>
          <dl className="b-rows">{shownFields(p, application.answers).map((f) => row(inLanguage(f.label, i18n.language), <AnswerText field={f} value={application.answers[f.name]} currency={currency} />))}</dl>
        </div>
      ))}
      <div className="b-card b-stack">
        <h2>{t("What you agree to")}</h2>
        {definition.consents.map((c) => <Checkbox key={c.purpose} id={`f-consents-${c.purpose}`} size="md" label={<>{inLanguage(c.text, i18n.language)}{!c.required && <span className="muted"> ({t("optional")})</span>}</>} checked={given[c.purpose] === true} onChange={(e) => setGiven({ ...given, [c.purpose]: e.currentTarget.checked })} />)}
      </div>
      <Button type="submit" disabled={missing} loading={save.pending || submit.pending}>{t("Hand in the application")}</Button>
      {missing && <p className="muted">{t("Without the consents above we cannot look at your application.")}</p>}
    </form>
  );
}
