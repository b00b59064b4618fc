import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { JournalJson, RepaymentReceipt } from "#modules/servicing/contract.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { humanise } from "../../../ui/format.ts";
import { AllocationPreview } from "../../../ui/allocation-preview.tsx";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";
import { AccountName, type Items } from "./figure.tsx";
import { Preview } from "./preview.tsx";
import type { Loan, Transaction } from "./types.ts";

const CHANNELS = ["bank_transfer", "cash", "cheque", "card", "mandate", "other"];

/** Amount, day and channel at the left; at the right what it would do, before anything is done: V3. */
export function PostPayment() {
  const id = useParam("id");
  const query = useGet<Loan>(`/loan-accounts/${id}`);
  return <Loaded query={query}>{(loan) => <PaymentForm loan={loan} />}</Loaded>;
}

function PaymentForm({ loan }: { loan: Loan }) {
  const { t } = useTranslation();
  const { lender, may } = useSession();
  const [amount, setAmount] = useState(Number(loan.overdue.amount) > 0 ? loan.overdue.amount : (loan.nextDue?.total.amount ?? ""));
  const [valueDate, setValueDate] = useState(lender.businessDate);
  const [channel, setChannel] = useState("bank_transfer");
  const [reference, setReference] = useState("");
  const [settled, setSettled] = useState({ amount, valueDate, channel });
  const post = useCommand<unknown, Static<typeof RepaymentReceipt>>(`/loan-accounts/${loan.id}/repayments`);
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ amount, valueDate, channel }), 300);
    return () => clearTimeout(timer);
  }, [amount, valueDate, channel]);
  const act = (event: FormEvent) => {
    event.preventDefault();
    void post.run({ amount: { amount, currency: loan.currency }, valueDate, channel, ...(reference === "" ? {} : { reference }) });
  };
  const done = post.result;
  return (
    <Page title={t("Post a payment")} note={<>{loan.borrowerName} · <SubjectLink id={loan.id} label={loan.number} /></>} actions={<ButtonLink to={`/loans/${loan.id}`}>{t("Back to the loan")}</ButtonLink>}>
      {done !== undefined && <div className="notice good" role="status"><strong>{t("Posted.")}</strong> {t("Principal left:")} <MoneyText value={done.outstandingPrincipal} /> · {may("ledger.entry.read") ? <>{t("Journal")}: <SubjectLink id={done.journalEntryId} /></> : <ButtonLink size="compact-sm" to={`/loans/${loan.id}`} search={{ tab: "journal" }}>{t("See the journal")}</ButtonLink>} · <ButtonLink size="compact-sm" to={`/loans/${loan.id}`} search={{ tab: "transactions" }}>{t("Transactions")}</ButtonLink></div>}
      <div className="split narrow-left">
        <Section>
          <form className="stack" onSubmit={act}>
            <ProblemNotice problem={post.problem} />
            <MoneyInput id="f-amount" label={t("Amount")} required currency={loan.currency} value={amount} onChange={setAmount} error={fieldError(post.problem, "/amount")} />
            <TextInput id="f-valueDate" type="date" label={t("Value date")} description={valueDate < lender.businessDate ? t("In the past: what came after it is worked out again.") : undefined} required min={loan.disbursedDate ?? undefined} max={lender.businessDate} value={valueDate} onChange={(e) => setValueDate(e.currentTarget.value)} error={fieldError(post.problem, "/valueDate")} />
            <NativeSelect label={t("Channel")} value={channel} data={CHANNELS.map((c) => ({ value: c, label: t(humanise(c)) }))} onChange={(e) => setChannel(e.currentTarget.value)} />
            <TextInput label={t("Reference")} maxLength={80} value={reference} onChange={(e) => setReference(e.currentTarget.value)} error={fieldError(post.problem, "/reference")} />
            <Button type="submit" loading={post.pending} disabled={amount === "" || done !== undefined}>{t("Post the payment")}</Button>
            {done !== undefined && <Button variant="default" onClick={() => post.reset()}>{t("Post another")}</Button>}
          </form>
        </Section>
        {settled.amount === "" ? <Empty>{t("Type an amount to see what it would do.")}</Empty> : done === undefined && <Preview id={loan.id} body={{ kind: "repayment", amount: { amount: settled.amount, currency: loan.currency }, valueDate: settled.valueDate, channel: settled.channel }} />}
        {done !== undefined && <PostedPayment receipt={done} />}
      </div>
    </Page>
  );
}

/** How the payment was divided and the entry it made, as the books have them. */
function PostedPayment({ receipt }: { receipt: Static<typeof RepaymentReceipt> }) {
  const { t } = useTranslation();
  // Of the past, a payment moves what others paid as well: what it paid itself is what the loan's history says.
  const history = useGet<Items<Transaction>>(`/loan-accounts/${receipt.loanAccountId}/transactions`);
  const journal = useGet<Items<Static<typeof JournalJson>>>(`/loan-accounts/${receipt.loanAccountId}/journal`);
  return (
    <div className="stack">
      <Section title={t("How it was divided")}><Loaded query={history}>{(page) => { const own = page.items.find((x) => x.eventId === receipt.eventId); return <AllocationPreview parts={own?.parts ?? receipt.paid} excess={own?.overpayment ?? receipt.excess} />; }}</Loaded></Section>
      <Section flush title={t("What it posted")}>
        <Loaded query={journal}>{(page) => <Grid label="Journal" rows={page.items.filter((e) => e.id === receipt.journalEntryId).flatMap((e) => e.lines)} rowKey={(_l, i) => i} columns={[{ header: "Account", cell: (l) => <AccountName code={l.account} /> }, { header: "Debit", align: "end", cell: (l) => (l.debit === null ? "" : <MoneyText value={l.debit} />) }, { header: "Credit", align: "end", cell: (l) => (l.credit === null ? "" : <MoneyText value={l.credit} />) }]} />}</Loaded>
      </Section>
    </div>
  );
}
