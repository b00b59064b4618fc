import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ApplicationJson } from "#modules/origination/contract.ts";
import { ApiProblem, type FieldError } from "../../../api/client.ts";
import { inLanguage, pageDone, shownFields, type Answers, type FormPage, type Words } from "../../../api/forms.ts";
import { useCommand, useGet, useGetVersioned } from "../../../api/hooks.ts";
import { FormFieldInput } from "../../../ui/form-fields.tsx";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DateText } from "../../../ui/values.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useSession } from "../../session.tsx";

/** Search first, so that nobody is entered twice; then the product's own form, page by page: L3. */
export function NewApplication() {
  const { t } = useTranslation();
  const [search, set] = useSearchState<{ application?: string }>();
  return <Page title={t("New application")}>{search.application === undefined ? <SearchFirst onStarted={(id) => set({ application: id })} /> : <FillIn id={search.application} />}</Page>;
}

function SearchFirst({ onStarted }: { onStarted: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  const { lender } = useSession();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const [product, setProduct] = useState("");
  const [amount, setAmount] = useState("");
  const [term, setTerm] = useState("24");
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const people = useGet<PageOf<{ id: string; displayName: string; createdAt: string }>>(q.length < 2 ? null : "/parties", { q, limit: 8 }, { keep: true });
  const products = useGet<PageOf<{ code: string; name: string; currentVersionId: string | null }>>("/products", { limit: 50 });
  const offered = (products.data?.items ?? []).filter((p) => p.currentVersionId !== null);
  const start = useCommand<unknown, { applicationId: string }>("/applications", { onDone: (made) => onStarted(made.applicationId) });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void start.run({ productCode: product === "" ? offered[0]?.code : product, amount: { amount, currency: lender.currency }, termMonths: Number(term), locale: i18n.language === "hi" ? "hi" : "en" });
  };
  return (
    <div className="split">
      <Section title={t("1. Is this person here already?")}>
        <div className="stack">
          <TextInput label={t("Name")} autoFocus value={typed} onChange={(e) => setTyped(e.currentTarget.value)} description={t("Type at least two letters. Identifiers are compared when the application is handed in.")} />
          {people.data !== undefined && (people.data.items.length === 0 ? <p className="tag good plain">{t("Nobody of this name is known.")}</p> : <Grid label="People" rows={people.data.items} rowKey={(p) => p.id} columns={[{ header: "Name", cell: (p) => <SubjectLink id={p.id} label={p.displayName} /> }, { header: "Since", cell: (p) => <DateText value={p.createdAt} /> }]} />)}
        </div>
      </Section>
      <Section title={t("2. Start the application")}>
        <form className="stack" onSubmit={act}>
          <ProblemNotice problem={start.problem} />
          <NativeSelect label={t("Product")} value={product} data={offered.map((p) => ({ value: p.code, label: p.name }))} onChange={(e) => setProduct(e.currentTarget.value)} />
          <MoneyInput label={t("Amount")} required currency={lender.currency} value={amount} onChange={setAmount} error={fieldError(start.problem, "/amount")} />
          <TextInput label={t("Months")} required inputMode="numeric" value={term} onChange={(e) => setTerm(e.currentTarget.value)} error={fieldError(start.problem, "/termMonths")} />
          <Button type="submit" loading={start.pending}>{t("Start")}</Button>
        </form>
      </Section>
    </div>
  );
}

interface Definition { readonly form: readonly FormPage[]; readonly consents: readonly { readonly purpose: string; readonly text: Words; readonly required: boolean }[] }
type Application = Static<typeof ApplicationJson>;

function FillIn({ id }: { id: string }) {
  const application = useGetVersioned<Application>(`/applications/${id}?reveal=true`);
  const version = useGet<{ definition: Definition }>(application.data === undefined ? null : `/product-versions/${application.data.body.productVersionId}`);
  const [at, setAt] = useState<string | null>(null);
  return (
    <Loaded query={application}>
      {({ body: app, etag }) => <Loaded query={version}>{({ definition }) => {
        const answers = { ...app.answers, ...app.person };
        const code = at ?? definition.form.find((p) => !pageDone(p, answers))?.code ?? definition.form[0]?.code ?? "";
        return (
          <div className="split" style={{ gridTemplateColumns: "minmax(180px, 1fr) 4fr" }}>
            <Section title={app.number}><PageList definition={definition} answers={answers} current={code} onPick={setAt} /><Finish application={app} definition={definition} /></Section>
            <PageForm key={code} application={app} etag={etag} definition={definition} code={code} onSaved={() => setAt(definition.form[definition.form.findIndex((p) => p.code === code) + 1]?.code ?? code)} />
          </div>
        );
      }}</Loaded>}
    </Loaded>
  );
}

function PageList({ definition, answers, current, onPick }: { definition: Definition; answers: Answers; current: string; onPick: (code: string) => void }) {
  const { t, i18n } = useTranslation();
  return <ol style={{ listStyle: "none", padding: 0 }}>{definition.form.map((p) => <li key={p.code}><button type="button" className={p.code === current ? "view on" : "view"} style={{ width: "100%", justifyContent: "space-between" }} aria-current={p.code === current ? "step" : undefined} onClick={() => onPick(p.code)}>{inLanguage(p.title, i18n.language)} <span aria-label={pageDone(p, answers) ? t("Done") : t("To do")}>{pageDone(p, answers) ? "✓" : "○"}</span></button></li>)}</ol>;
}

function PageForm({ application, etag, definition, code, onSaved }: { application: Application; etag: string | null; definition: Definition; code: string; onSaved: () => void }) {
  const { t, i18n } = useTranslation();
  const { lender } = useSession();
  const page = definition.form.find((p) => p.code === code);
  const [answers, setAnswers] = useState<Answers>({ ...application.answers, ...application.person });
  const [consents, setConsents] = useState<Readonly<Record<string, boolean>>>({});
  const [refused, setRefused] = useState<ApiProblem | null>(null);
  const save = useCommand<unknown, { errors: readonly FieldError[] }>(`/applications/${application.id}/steps/${code}`, { method: "PUT", onDone: (saved) => {
    if (saved.errors.length === 0) return onSaved();
    setRefused(new ApiProblem({ status: 422, code: "application.incomplete", title: "Some answers cannot be accepted yet", fix: "Correct them; the others are saved.", errors: saved.errors }));
  } });
  if (page === undefined) return null;
  const fields = shownFields(page, answers);
  const problem = refused ?? save.problem;
  const last = definition.form.at(-1)?.code === code;
  const act = (event: FormEvent) => {
    event.preventDefault();
    setRefused(null);
    void save.run({ answers: Object.fromEntries(fields.filter((f) => answers[f.name] !== undefined && answers[f.name] !== "").map((f) => [f.name, answers[f.name]])), ...(last ? { consents: definition.consents.map((c) => ({ purpose: c.purpose, given: consents[c.purpose] === true })) } : {}) }, { ifMatch: etag ?? undefined });
  };
  return (
    <Section title={inLanguage(page.title, i18n.language)}>
      <form className="stack" onSubmit={act} noValidate>
        <ProblemNotice problem={problem} />
        <div className="split">{fields.map((f) => <FormFieldInput key={f.name} field={f} value={answers[f.name]} onChange={(v) => setAnswers({ ...answers, [f.name]: v })} problem={problem} prefix="/answers" currency={application.amount.currency} country={lender.country} />)}</div>
        {last && <fieldset className="stack" style={{ border: 0, padding: 0, margin: 0 }}><legend>{t("Consents the applicant gave")}</legend>{definition.consents.map((c) => <label key={c.purpose} className="row"><input type="checkbox" checked={consents[c.purpose] === true} onChange={(e) => setConsents({ ...consents, [c.purpose]: e.currentTarget.checked })} />{inLanguage(c.text, i18n.language)}</label>)}</fieldset>}
        <div><Button type="submit" loading={save.pending}>{t("Save and continue")}</Button></div>
      </form>
    </Section>
  );
}

function Finish({ application, definition }: { application: Application; definition: Definition }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const submit = useCommand<object>(`/applications/${application.id}/submit`, { onDone: () => void navigate({ to: `/applications/${application.id}` }) });
  const ready = definition.form.every((p) => pageDone(p, { ...application.answers, ...application.person }));
  return <div className="stack" style={{ marginTop: 12 }}><ProblemNotice problem={submit.problem} /><Button size="sm" disabled={!ready} loading={submit.pending} onClick={() => void submit.run({})}>{t("Hand in")}</Button><ButtonLink to={`/applications/${application.id}`}>{t("Whole case")}</ButtonLink></div>;
}
