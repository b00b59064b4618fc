import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { CaseJson } from "#modules/collections/contract.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { humanise, plusDays } from "../../../ui/format.ts";
import { Facts, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { StatusTag } from "../../../ui/values.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { useShortcuts } from "../../kit/keys.ts";
import { NameText } from "../../kit/names.tsx";
import { useSession } from "../../session.tsx";
import { ContactLog, PromiseList } from "../servicing/loan-people.tsx";

const OUTCOMES = ["promised", "no_answer", "refused", "wrong_number", "hardship", "dispute", "paid_already", "call_back", "left_message"];

const CHANNEL_NAMES: Readonly<Record<string, string>> = { sms: "SMS", email: "E-mail" };

/** One account: who, why now, what may be done right now, what was tried, what was promised; keys 1–9 are the outcomes: C1. */
export function CollectionCase() {
  const { t } = useTranslation();
  const id = useParam("id");
  const { may } = useSession();
  const query = useGet<CaseJson>(`/collections/cases/${id}`);
  return (
    <Loaded query={query}>
      {(c) => (
        <Page title={c.borrowerName ?? t("Unknown borrower")} note={<><SubjectLink id={c.loanAccountId} label={c.loanNumber} /> · <StatusTag value={c.state} /> {c.claimedBy !== null && <span className="tag plain">{t("With")} <NameText id={c.claimedBy} /></span>}</>} actions={<Acts id={id} />}>
          {c.state !== "closed" && <div className="tiles">{c.contactRules.map((r) => <div key={r.channel} className={r.allowed ? "notice good" : "notice bad"}><strong>{t(CHANNEL_NAMES[r.channel] ?? humanise(r.channel))}: {r.allowed ? t("allowed") : t("not now")}</strong><p className="muted">{r.rule === null ? t("{{n}} attempts left in these 7 days.", { n: r.attemptsLeft }) : r.sentence}</p></div>)}</div>}
          <Section><Facts big items={[["Overdue", c.overdue, "money"], ["Days past due", c.daysPastDue, "integer"], ["Bucket", c.bucket], ["Next contact", c.nextContactDate, "date"], ["Last outcome", c.lastOutcome === null ? "–" : t(humanise(c.lastOutcome))], ["Why now", <WhyNow key="w" case={c} />]]} /></Section>
          <div className={working(c, may) ? "split" : undefined}>
            {working(c, may) && <Contact case={c} />}
            <div className="stack">
              <PromiseList promises={c.promises} />
              <Section title={t("Contacts")}><ContactLog case={c} /></Section>
            </div>
          </div>
        </Page>
      )}
    </Loaded>
  );
}

function working(c: CaseJson, may: (permission: string) => boolean): boolean {
  return c.state !== "closed" && may("collections.case.work");
}

/** The one reason that put the case in front of somebody today. */
function WhyNow({ case: c }: { case: CaseJson }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  if (c.state === "closed") return <>{t("Closed: {{why}}", { why: t(humanise(c.closeReason ?? "cured")) })}</>;
  if (c.brokenPromise) return <StatusTag value="broken" label={t("Promise broken")} />;
  if (c.promises.some((p) => p.state === "open")) return <>{t("Promise open")}</>;
  return <>{c.contacts.length === 0 ? t("Not contacted yet") : c.nextContactDate <= lender.businessDate ? t("Contact is due") : t("Waits for that day")}</>;
}

function Acts({ id }: { id: string }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const release = useCommand<object>(`/collections/cases/${id}/release`, { onDone: () => void navigate({ to: "/collections" }) });
  const next = useCommand<object, { case: CaseJson | null }>("/collections/cases/next", { onDone: (got) => void navigate({ to: got.case === null ? "/collections" : `/collections/${got.case.id}` }) });
  const able = may("collections.case.work");
  useShortcuts(able ? [{ keys: ".", label: t("Take the next case"), group: "Queue", act: () => void next.run({}) }] : []);
  return <><ProblemNotice problem={release.problem ?? next.problem} /><ButtonLink to="/collections">{t("Queue")}</ButtonLink>{able && <><Button size="sm" variant="default" loading={release.pending} onClick={() => void release.run({})}>{t("Give back")}</Button><Button size="sm" loading={next.pending} onClick={() => void next.run({})}>{t("Next case")} <kbd style={{ marginLeft: 6, color: "inherit" }}>.</kbd></Button></>}</>;
}

function Contact({ case: c }: { case: CaseJson }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [channel, setChannel] = useState<string>(c.contactRules.find((r) => r.allowed)?.channel ?? "call");
  const [outcome, setOutcome] = useState("");
  const [note, setNote] = useState("");
  const [override, setOverride] = useState("");
  const [amount, setAmount] = useState(c.overdue.amount);
  const [dueDate, setDueDate] = useState(plusDays(lender.businessDate, 3));
  const allowed = c.contactRules.find((r) => r.channel === channel)?.allowed ?? true;
  const promise = useCommand<unknown>(`/collections/cases/${c.id}/promises`);
  const record = useCommand<unknown>(`/collections/cases/${c.id}/contacts`, { onDone: () => {
    setOutcome("");
    setNote("");
    setOverride("");
  } });
  useShortcuts(OUTCOMES.map((o, i) => ({ keys: String(i + 1), label: t(humanise(o)), group: "Outcome", act: () => setOutcome(o) })));
  const act = async (event: FormEvent) => {
    event.preventDefault();
    const promised = outcome === "promised";
    const done = await record.run({ channel, outcome, ...(note.trim() === "" ? {} : { note: note.trim() }), ...(override.trim() === "" ? {} : { overrideReason: override.trim() }) });
    if (done !== undefined && promised) await promise.run({ amount: { amount, currency: c.overdue.currency }, dueDate });
  };
  return (
    <Section title={t("Record a contact")}>
      <form className="stack" onSubmit={(event) => void act(event)}>
        <ProblemNotice problem={record.problem ?? promise.problem} />
        <NativeSelect label={t("Channel")} value={channel} data={c.contactRules.map((r) => ({ value: r.channel, label: t(CHANNEL_NAMES[r.channel] ?? humanise(r.channel)) }))} onChange={(e) => setChannel(e.currentTarget.value)} />
        <fieldset className="b-choices" style={{ gridTemplateColumns: "repeat(auto-fill, minmax(150px, 1fr))" }}><legend>{t("Outcome")}</legend>{OUTCOMES.map((o, i) => <label key={o} style={{ padding: "6px 10px", gap: 8 }}><input type="radio" name="outcome" checked={outcome === o} required onChange={() => setOutcome(o)} /><span style={{ flex: 1 }}>{t(humanise(o))}</span> <kbd>{i + 1}</kbd></label>)}</fieldset>
        {outcome === "promised" && <div className="split"><MoneyInput label={t("Promised amount")} required currency={c.overdue.currency} value={amount} onChange={setAmount} error={fieldError(promise.problem, "/amount")} /><TextInput type="date" label={t("By")} required min={lender.businessDate} value={dueDate} onChange={(e) => setDueDate(e.currentTarget.value)} error={fieldError(promise.problem, "/dueDate")} /></div>}
        <Textarea label={t("Note")} autosize minRows={2} maxLength={1000} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
        {(!allowed || record.problem?.code === "collections.contact_not_allowed") && <TextInput label={t("Reason for going against the rule (audited)")} value={override} minLength={5} onChange={(e) => setOverride(e.currentTarget.value)} />}
        <Button type="submit" disabled={outcome === ""} loading={record.pending || promise.pending}>{t("Record")}</Button>
      </form>
    </Section>
  );
}
