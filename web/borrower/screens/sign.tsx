import { Button, Checkbox, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCommand, useGet } from "../../api/hooks.ts";
import { formatMoney, type MoneyValue } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { MoneyInput } from "../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../ui/problem-notice.tsx";
import { InstantText } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { Pages, PaperButton } from "../paper.tsx";
import { go, Link, useParams } from "../router.tsx";
import { mandateWords, type Mandate } from "../mandate.ts";
import type { Agreement, Application } from "../types.ts";

/** Read it, agree, sign with a code; the fingerprint of what was read is part of the evidence: B6. */
export function Sign() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const query = useGet<Agreement>(`/applications/${id}/agreement`);
  const application = useGet<Application>(`/applications/${id}`);
  return (
    <SignedIn>
      <div className="b-stack">
        <h1>{t("The agreement")}</h1>
        <Loaded query={query}>{(agreement) => (agreement.state === "signed" ? <Signed agreement={agreement} /> : <Loaded query={application}>{(app) => <SignForm id={id} agreement={agreement} application={app} />}</Loaded>)}</Loaded>
        <Link to={`/borrower/applications/${id}`}>{t("Back to your application")}</Link>
      </div>
    </SignedIn>
  );
}

/** The pages to read, and the fingerprint that ties the signature to exactly these. */
function Paper({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  return (
    <>
      <Pages url={`/v1/documents/${agreement.documentId}/content`} title={t("The agreement")} short />
      <p className="muted" style={{ fontSize: 14 }}>{t("Fingerprint of this file")}: <span className="mono">{agreement.documentSha256.slice(0, 16)}…</span></p>
    </>
  );
}

function SignForm({ id, agreement, application }: { id: string; agreement: Agreement; application: Application }) {
  const { t } = useTranslation();
  const [read, setRead] = useState(false);
  const [agree, setAgree] = useState(false);
  const [code, setCode] = useState("");
  const installment = application.offers.find((o) => o.id === agreement.offerId)?.installment;
  const [autopay, setAutopay] = useState(false);
  const [cap, setCap] = useState(installment === undefined ? "" : usualCap(installment));
  const short = autopay && installment !== undefined && Number(cap === "" ? "0" : cap) < Number(installment.amount);
  const ask = useCommand<object, { sentTo?: string }>(`/applications/${id}/agreement/codes`, { quiet: true });
  const sign = useCommand<unknown>(`/applications/${id}/agreement/sign`, { onDone: () => go(`/borrower/applications/${id}/sign`) });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void sign.run({ code: code.replaceAll(/\D/g, ""), documentSha256: agreement.documentSha256, consent: true, ...(autopay && installment !== undefined ? { mandate: { cap: { amount: cap, currency: installment.currency } } } : {}) });
  };
  return (
    <form className="b-stack" onSubmit={act}>
      <p className="muted">{t("Read it in peace. Signing takes a code that we send to your phone.")}</p>
      <Paper agreement={agreement} />
      <PaperButton url={`/v1/applications/${id}/offers/${agreement.offerId}/key-facts`} title={t("Key facts statement")} note={t("Everything the law wants you to see, on one paper")} />
      {installment !== undefined && <section className="b-card b-stack">
        <div><h2>{t("Autopay")}</h2><p className="muted">{t("The payment is taken from your account on its day, so none is forgotten. You decide; the loan costs the same without it.")}</p></div>
        <Checkbox size="md" label={t("Take each payment from the account {{account}}", { account: lastFour(application.person["payoutAccount"]) })} checked={autopay} onChange={(e) => setAutopay(e.currentTarget.checked)} />
        {autopay && <MoneyInput id="f-mandate-cap" label={t("Never more at a time than")} currency={installment.currency} value={cap} onChange={setCap} required error={short ? t("At least {{low}}", { low: formatMoney(installment) }) : undefined} />}
      </section>}
      <Checkbox size="md" label={t("I have read the agreement and the key facts.")} checked={read} onChange={(e) => setRead(e.currentTarget.checked)} />
      <Checkbox size="md" label={t("I agree to sign electronically, with a code sent to my phone.")} checked={agree} onChange={(e) => setAgree(e.currentTarget.checked)} />
      <ProblemNotice problem={sign.problem ?? ask.problem} />
      {ask.result === undefined ? <Button disabled={!read || !agree || short} loading={ask.pending} onClick={() => void ask.run({})}>{t("Send me the signing code")}</Button> : (
        <>
          <TextInput label={t("Six digits")} description={ask.result.sentTo === undefined ? undefined : t("Sent to {{address}}. It is good for ten minutes.", { address: ask.result.sentTo })} required inputMode="numeric" autoComplete="one-time-code" maxLength={9} value={code} error={fieldError(sign.problem, "/code")} onChange={(e) => setCode(e.currentTarget.value)} autoFocus />
          <div className="b-actions"><Button type="submit" loading={sign.pending}>{t("Sign")}</Button><Button variant="default" onClick={() => void ask.run({})}>{t("Send a new code")}</Button></div>
        </>
      )}
    </form>
  );
}

/** Half as much again as one payment, in whole hundreds: room for a late charge. */
function usualCap(installment: MoneyValue): string {
  return `${Math.ceil((Number(installment.amount) * 1.5) / 100) * 100}.00`;
}

function lastFour(account: unknown): string {
  return typeof account === "string" ? `····${account.slice(-4)}` : "";
}

interface Evidence { readonly mandate?: Mandate; readonly signedAt?: string; readonly documentSha256?: string; readonly scheduleHash?: string; readonly code?: { readonly sentTo?: string }; readonly timestamp?: { readonly serial?: string; readonly at?: string }; readonly ip?: string | null; readonly device?: string | null }

function Signed({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const e = (agreement.evidence ?? {}) as Evidence;
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    [t("Signed with a code sent to"), e.code?.sentTo], [t("Number of the time stamp"), e.timestamp?.serial], [t("Fingerprint of this file"), agreement.documentSha256], [t("Fingerprint of the schedule"), agreement.scheduleHash], [t("Autopay"), e.mandate === undefined ? null : mandateWords(e.mandate, t)], [t("Device"), e.device], [t("Network address"), e.ip],
  ];
  return (
    <div className="b-stack">
      <div className="notice good" role="status"><strong>{t("Signed")}</strong> <InstantText value={agreement.signedAt} /></div>
      <Paper agreement={agreement} />
      <section className="b-card"><h2>{t("Evidence")}</h2><p className="muted">{t("Kept as evidence: who signed, when, and the fingerprint of exactly what was signed.")}</p>
        <dl className="b-facts">{facts.map(([label, value]) => (value === undefined || value === null || value === "" ? null : <div key={label}><dt>{label}</dt><dd className="mono">{value}</dd></div>))}</dl>
      </section>
    </div>
  );
}
