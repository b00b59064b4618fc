import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { PartyJson } from "#modules/parties/contract.ts";
import type { Answers, FormPage } from "../../../api/forms.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { formatMoney } from "../../../ui/format.ts";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DateText } from "../../../ui/values.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useDirectory } from "../../kit/names.tsx";
import { useSession } from "../../session.tsx";
import { Intake } from "./intake.tsx";

type Party = Static<typeof PartyJson>;
interface Offered { readonly code: string; readonly name: string; readonly currentVersionId: string | null }

/** Search first, so that nobody is entered twice; then the product's own form, page by page: L3. */
export function NewApplication() {
  const { t } = useTranslation();
  const [search, set] = useSearchState<{ application?: string; step?: string }>();
  return <Page title={t("New application")}>{search.application === undefined ? <SearchFirst onStarted={(id) => set({ application: id })} /> : <Intake id={search.application} step={search.step} onStep={(step) => set({ step }, false)} />}</Page>;
}

function SearchFirst({ onStarted }: { onStarted: (id: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const [known, setKnown] = useState<Party | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const people = useGet<PageOf<{ id: string; displayName: string; branchId: string | null; createdAt: string }>>(q.length < 2 ? null : "/parties", { q, limit: 8 }, { keep: true });
  const { nameOf } = useDirectory();
  const reveal = useCommand<{ reason: string }, Party>("/parties", { quiet: true, onDone: setKnown });
  return (
    <div className="split">
      <Section title={t("1. Is this person here already?")}>
        <div className="stack">
          <TextInput label={t("Name")} autoFocus value={typed} onChange={(e) => setTyped(e.currentTarget.value)} description={t("Type at least two letters. Identifiers are compared when the application is handed in.")} />
          <ProblemNotice problem={reveal.problem} />
          {q.length >= 2 && people.data !== undefined && (people.data.items.length === 0 ? <p className="tag good plain">{t("Nobody of this name is known.")}</p> : <Grid label="People" rows={people.data.items} rowKey={(p) => p.id} active={(p) => p.id === known?.id} columns={[
            { header: "Name", cell: (p) => <SubjectLink id={p.id} label={p.displayName} /> }, { header: "Branch", cell: (p) => nameOf(p.branchId ?? "") ?? "–" }, { header: "Since", cell: (p) => <DateText value={p.createdAt} /> },
            { header: "Use", cell: (p) => <Button size="compact-sm" variant="default" loading={reveal.pending} onClick={() => void reveal.run({ reason: "New application of a person who is known already" }, { path: `/parties/${p.id}/reveal` })}>{t("Apply for this person")}</Button> },
          ]} />)}
          <p className="muted">{t("Reading a known person's data into the form is recorded with its reason.")}</p>
        </div>
      </Section>
      <StartForm known={known} onForget={() => setKnown(null)} onStarted={onStarted} />
    </div>
  );
}

function StartForm({ known, onForget, onStarted }: { known: Party | null; onForget: () => void; onStarted: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  const { lender } = useSession();
  const [product, setProduct] = useState("");
  const [amount, setAmount] = useState("");
  const [term, setTerm] = useState("24");
  const products = useGet<PageOf<Offered>>("/products", { limit: 50 });
  const offered = (products.data?.items ?? []).filter((p) => p.currentVersionId !== null);
  const chosen = offered.find((p) => p.code === product) ?? offered[0];
  const version = useGet<{ definition: { form: readonly FormPage[]; limits: { minimumAmount?: string; maximumAmount?: string; minimumTermMonths?: number; maximumTermMonths?: number } } }>(chosen === undefined ? null : `/product-versions/${chosen.currentVersionId ?? ""}`);
  const start = useCommand<unknown, { applicationId: string }>("/applications", { onDone: (made) => onStarted(made.applicationId) });
  const limits = version.data?.definition.limits;
  const act = (event: FormEvent) => {
    event.preventDefault();
    const answers = known === null || version.data === undefined ? {} : knownAnswers(known, version.data.definition.form);
    void start.run({ productCode: chosen?.code, amount: { amount, currency: lender.currency }, termMonths: Number(term), locale: i18n.language === "hi" ? "hi" : "en", ...(Object.keys(answers).length === 0 ? {} : { answers }) });
  };
  return (
    <Section title={t("2. Start the application")}>
      <form className="stack" onSubmit={act}>
        <ProblemNotice problem={start.problem} />
        {known !== null && <div className="notice info row" style={{ justifyContent: "space-between" }}><span>{t("For {{name}}, with what is known.", { name: known.displayName })}</span><Button size="compact-sm" variant="subtle" onClick={onForget}>{t("Somebody else")}</Button></div>}
        <NativeSelect label={t("Product")} value={chosen?.code ?? ""} data={offered.map((p) => ({ value: p.code, label: p.name }))} onChange={(e) => setProduct(e.currentTarget.value)} />
        <MoneyInput id="f-amount" label={t("Amount")} required currency={lender.currency} value={amount} onChange={setAmount} error={fieldError(start.problem, "/amount")} description={limits?.minimumAmount === undefined ? undefined : t("Between {{low}} and {{high}}", { low: formatMoney({ amount: limits.minimumAmount, currency: lender.currency }), high: formatMoney({ amount: limits.maximumAmount ?? "0", currency: lender.currency }) })} />
        <TextInput id="f-termMonths" label={t("Months")} required inputMode="numeric" value={term} onChange={(e) => setTerm(e.currentTarget.value)} error={fieldError(start.problem, "/termMonths")} />
        <Button type="submit" loading={start.pending}>{t("Start")}</Button>
      </form>
    </Section>
  );
}

/** What is on record about a person, as answers to the questions this product asks. */
function knownAnswers(party: Party, form: readonly FormPage[]): Answers {
  const record: Record<string, unknown> = { givenName: party.givenName, familyName: party.familyName, birthDate: party.birthDate, phone: party.phone, email: party.email, address: party.address };
  const answers: Record<string, unknown> = {};
  for (const field of form.flatMap((page) => page.fields)) {
    const value = field.kind === "identifier" ? party.identifiers.find((i) => i.scheme === field.scheme)?.value : record[field.name];
    if (value !== undefined && value !== null && value !== "") answers[field.name] = value;
  }
  return answers;
}
