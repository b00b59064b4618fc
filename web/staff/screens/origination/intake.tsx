import { Button, Checkbox } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ApplicationJson } from "#modules/origination/contract.ts";
import { ApiProblem, type FieldError } from "../../../api/client.ts";
import { inLanguage, pageDone, shownFields, type Answers, type FormPage, type Words } from "../../../api/forms.ts";
import { useCommand, useGet, useGetVersioned } from "../../../api/hooks.ts";
import { AnswerText, FormFieldInput } from "../../../ui/form-fields.tsx";
import { Facts, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { ButtonLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";
import "../desk.css";

interface Definition { readonly form: readonly FormPage[]; readonly consents: readonly { readonly purpose: string; readonly text: Words; readonly required: boolean }[] }
type Application = Static<typeof ApplicationJson>;
const CHECK = "check";

/** The product's form, a page at a time, saved at each; then all answers to be checked, the consents, and handing in. */
export function Intake({ id, step, onStep }: { id: string; step: string | undefined; onStep: (step: string) => void }) {
  const { t } = useTranslation();
  const application = useGetVersioned<Application>(`/applications/${id}?reveal=true`);
  const version = useGet<{ definition: Definition }>(application.data === undefined ? null : `/product-versions/${application.data.body.productVersionId}`);
  return (
    <Loaded query={application}>
      {({ body: app, etag }) => <Loaded query={version}>{({ definition }) => {
        const answers = { ...app.answers, ...app.person };
        const code = step ?? definition.form.find((p) => !pageDone(p, answers))?.code ?? CHECK;
        const after = definition.form[definition.form.findIndex((p) => p.code === code) + 1]?.code ?? CHECK;
        return (
          <div className="intake">
            <Section title={app.number} actions={<ButtonLink size="compact-sm" to={`/applications/${app.id}`}>{t("Whole case")}</ButtonLink>}><StepList definition={definition} answers={answers} current={code} onPick={onStep} /></Section>
            {code === CHECK ? <CheckAnswers application={app} etag={etag} definition={definition} onChange={onStep} /> : <PageForm key={code} application={app} etag={etag} definition={definition} code={code} onSaved={() => onStep(after)} />}
          </div>
        );
      }}</Loaded>}
    </Loaded>
  );
}

function StepList({ definition, answers, current, onPick }: { definition: Definition; answers: Answers; current: string; onPick: (code: string) => void }) {
  const { t, i18n } = useTranslation();
  const steps = [...definition.form.map((p) => ({ code: p.code, title: inLanguage(p.title, i18n.language), done: pageDone(p, answers) })), { code: CHECK, title: t("Check answers"), done: false }];
  return <ol className="steps">{steps.map((s) => <li key={s.code}><button type="button" className={s.code === current ? "view on" : "view"} aria-current={s.code === current ? "step" : undefined} onClick={() => onPick(s.code)}>{s.title} <span role="img" aria-label={s.done ? t("Done") : t("To do")}>{s.done ? "✓" : "○"}</span></button></li>)}</ol>;
}

function PageForm({ application, etag, definition, code, onSaved }: { application: Application; etag: string | null; definition: Definition; code: string; onSaved: () => void }) {
  const { t, i18n } = useTranslation();
  const { lender } = useSession();
  const page = definition.form.find((p) => p.code === code);
  const [answers, setAnswers] = useState<Answers>({ ...application.answers, ...application.person });
  const [refused, setRefused] = useState<ApiProblem | null>(null);
  const save = useCommand<unknown, { errors: readonly FieldError[] }>(`/applications/${application.id}/steps/${code}`, { method: "PUT", onDone: (saved) => {
    if (saved.errors.length === 0) return onSaved();
    setRefused(new ApiProblem({ status: 422, code: "application.incomplete", title: "Some answers cannot be accepted yet", fix: "Correct them; the others are saved.", errors: saved.errors }));
  } });
  if (page === undefined) return null;
  const fields = shownFields(page, answers);
  const problem = refused ?? save.problem;
  const act = (event: FormEvent) => {
    event.preventDefault();
    setRefused(null);
    void save.run({ answers: given(fields, answers) }, { ifMatch: etag ?? undefined });
  };
  return (
    <Section title={inLanguage(page.title, i18n.language)}>
      <form className="stack" onSubmit={act} noValidate>
        <ProblemNotice problem={problem} />
        <div className="split">{fields.map((f) => <FormFieldInput key={f.name} field={f} value={answers[f.name]} onChange={(v) => setAnswers({ ...answers, [f.name]: v })} problem={problem} prefix="/answers" currency={application.amount.currency} country={lender.country} />)}</div>
        <div><Button type="submit" loading={save.pending}>{t("Save and continue")}</Button></div>
      </form>
    </Section>
  );
}

function given(fields: readonly { readonly name: string }[], answers: Answers): Record<string, unknown> {
  return Object.fromEntries(fields.filter((f) => answers[f.name] !== undefined && answers[f.name] !== "").map((f) => [f.name, answers[f.name]]));
}

/** All answers on one page, each with its way back; the consents as the applicant gave them; then the application is handed in. */
function CheckAnswers({ application: app, etag, definition, onChange }: { application: Application; etag: string | null; definition: Definition; onChange: (code: string) => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const answers = { ...app.answers, ...app.person };
  const [consents, setConsents] = useState<Readonly<Record<string, boolean>>>(Object.fromEntries(app.consents.map((c) => [c.purpose, c.given])));
  const last = definition.form.at(-1);
  const save = useCommand<unknown>(`/applications/${app.id}/steps/${last?.code ?? ""}`, { method: "PUT" });
  const submit = useCommand<object>(`/applications/${app.id}/submit`, { onDone: () => void navigate({ to: `/applications/${app.id}` }) });
  const act = async (event: FormEvent) => {
    event.preventDefault();
    const saved = await save.run({ answers: last === undefined ? {} : given(shownFields(last, answers), answers), consents: definition.consents.map((c) => ({ purpose: c.purpose, given: consents[c.purpose] === true })) }, { ifMatch: etag ?? undefined });
    if (saved !== undefined) await submit.run({});
  };
  const ready = definition.form.every((p) => pageDone(p, answers)) && definition.consents.every((c) => !c.required || consents[c.purpose] === true);
  return (
    <form className="stack" onSubmit={(e) => void act(e)}>
      <ProblemNotice problem={save.problem ?? submit.problem} />
      <Section title={t("Check the answers with the applicant")}><Facts items={[["Product", app.product], ["Amount", app.amount, "money"], ["Months", app.termMonths, "integer"]]} /></Section>
      {definition.form.map((page) => (
        <Section key={page.code} title={inLanguage(page.title, i18n.language)} actions={<Button size="compact-sm" variant="default" aria-label={`${t("Change")}: ${inLanguage(page.title, i18n.language)}`} onClick={() => onChange(page.code)}>{t("Change")}</Button>}>
          <Facts items={shownFields(page, answers).map((f) => [inLanguage(f.label, i18n.language), <AnswerText key={f.name} field={f} value={answers[f.name]} currency={app.amount.currency} />] as const)} />
        </Section>
      ))}
      <Section title={t("Consents the applicant gave")}>
        <div className="stack">{definition.consents.map((c) => <Checkbox key={c.purpose} size="sm" label={<>{inLanguage(c.text, i18n.language)}{!c.required && <span className="muted"> ({t("not needed")})</span>}</>} checked={consents[c.purpose] === true} onChange={(e) => setConsents({ ...consents, [c.purpose]: e.currentTarget.checked })} />)}</div>
      </Section>
      <div className="row"><Button type="submit" disabled={!ready} loading={save.pending || submit.pending}>{t("Hand in")}</Button>{!ready && <span className="muted">{t("Every page must be done and every needed consent given.")}</span>}</div>
    </form>
  );
}
