import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { CaseItem, CaseJson } from "#modules/collections/contract.ts";
import type { PartyJson } from "#modules/parties/contract.ts";
import type { TimelineJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatDate, humanise } from "../../../ui/format.ts";
import { Facts, Grid, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { Timeline } from "../../../ui/timeline.tsx";
import { DateText, MoneyText, StatusTag } from "../../../ui/values.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { NameText } from "../../kit/names.tsx";
import type { Items } from "./figure.tsx";
import type { At, Loan } from "./types.ts";

/** Who owes the loan and who stands behind it; contacts stay masked until a reason is given on the person's own page. */
export function Parties({ loan }: { loan: Loan }) {
  return <div className="split">{loan.parties.map((p) => <PartyCard key={p.partyId + p.role} {...p} />)}</div>;
}

function PartyCard({ partyId, role, name }: Loan["parties"][number]) {
  const { t } = useTranslation();
  const query = useGet<Static<typeof PartyJson>>(`/parties/${partyId}`);
  return (
    <Section title={<>{t(humanise(role))}: <SubjectLink id={partyId} label={name} /></>}>
      <Loaded query={query}>{(p) => <Facts items={[["Born", p.birthDate], ["Phone", p.phone], ["E-mail", p.email], ["Address", p.address === null ? "–" : [p.address.line1, p.address.city, p.address.region, p.address.postalCode].filter(Boolean).join(", ")], ...p.identifiers.map((i) => [i.scheme, <span key={i.scheme} className="mono">{i.value}</span>] as const)]} />}</Loaded>
    </Section>
  );
}

function useCases(loanId: string) {
  return useGet<PageOf<Static<typeof CaseItem>>>("/collections/cases", { filter: [`loanAccountId:eq:${loanId}`], limit: 20 });
}

/** The collection cases of the loan, running and past. */
export function Cases({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <Section flush>
      <Loaded query={useCases(id)} isEmpty={(p) => p.items.length === 0} empty={t("No case: the loan has never been behind long enough for one.")}>
        {(page) => <Grid label="Cases" rows={page.items} rowKey={(c) => c.id} columns={[
          { header: "Opened", cell: (c) => <SubjectLink id={c.id} label={formatDate(c.openedAt)} /> }, { header: "State", cell: (c) => <StatusTag value={c.state} /> }, { header: "Stage", cell: (c) => t(humanise(c.stage)) }, { header: "Bucket", cell: (c) => c.bucket ?? "–" },
          { header: "Days past due", align: "end", cell: (c) => c.daysPastDue }, { header: "Overdue", align: "end", cell: (c) => <MoneyText value={c.overdue} /> }, { header: "Broken promise", cell: (c) => (c.brokenPromise ? <StatusTag value="broken" /> : t("No")) },
          { header: "Next contact", cell: (c) => <DateText value={c.nextContactDate} /> }, { header: "Taken by", cell: (c) => <NameText id={c.claimedBy} /> },
        ]} />}
      </Loaded>
    </Section>
  );
}

/** Everything that was said to the borrower and promised by them, over all cases of the loan. */
export function Contacts({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <Loaded query={useCases(id)} isEmpty={(p) => p.items.length === 0} empty={t("Nobody has been contacted about this loan: it has no collection case.")}>
      {(page) => <>{page.items.map((c) => <CaseContacts key={c.id} caseId={c.id} />)}</>}
    </Loaded>
  );
}

function CaseContacts({ caseId }: { caseId: string }) {
  const query = useGet<CaseJson>(`/collections/cases/${caseId}`);
  const { t } = useTranslation();
  return <Loaded query={query}>{(c) => c.contacts.length === 0 && c.promises.length === 0 ? <p className="muted">{t("Case of {{date}}: nobody was contacted.", { date: formatDate(c.openedAt) })}</p> : <div className="split"><Section><ContactLog case={c} /></Section><PromiseList promises={c.promises} /></div>}</Loaded>;
}

/** Calls, messages and visits of a case, newest first. */
export function ContactLog({ case: c }: { case: CaseJson }) {
  const { t } = useTranslation();
  return c.contacts.length === 0 ? <Empty>{t("Nobody has been contacted yet.")}</Empty>
    : <Timeline items={c.contacts.map((x) => ({ id: x.id, at: x.contactedAt, title: `${t(humanise(x.channel))}: ${t(humanise(x.outcome))}`, detail: [x.note, x.overrideReason === null ? null : `${t("Against the rule")}: ${x.overrideReason}`].filter(Boolean).join(" · ") || undefined, who: <NameText id={x.actorId} /> }))} />;
}

/** Promises with how they ended. */
export function PromiseList({ promises }: { promises: CaseJson["promises"] }) {
  const { t } = useTranslation();
  const settled = promises.filter((p) => p.state === "kept" || p.state === "broken");
  const kept = settled.filter((p) => p.state === "kept").length;
  return (
    <Section flush={promises.length > 0} title={settled.length === 0 ? t("Promises") : t("Promises: {{kept}} of {{all}} kept", { kept, all: settled.length })}>
      {promises.length === 0 ? <Empty>{t("Nothing has been promised.")}</Empty>
        : <Grid label="Promises" rows={promises} rowKey={(p) => p.id} columns={[{ header: "Due date", cell: (p) => <DateText value={p.dueDate} /> }, { header: "Amount", align: "end", cell: (p) => <MoneyText value={p.amount} /> }, { header: "State", cell: (p) => <StatusTag value={p.state} label={p.settledOn === null ? undefined : `${t(humanise(p.state))} · ${formatDate(p.settledOn)}`} /> }, { header: "Made on", cell: (p) => <DateText value={p.madeOn} /> }, { header: "Made with", cell: (p) => <NameText id={p.madeBy} /> }]} />}
    </Section>
  );
}

/** What happened to the loan by business date, newest first, as the server puts it in order. */
export function LoanTimeline({ id, at }: { id: string; at: At }) {
  const { t } = useTranslation();
  const query = useGet<Items<Static<typeof TimelineJson>>>(`/loan-accounts/${id}/timeline`, at, { keep: true });
  return (
    <Section>
      <Loaded query={query}>
        {(page) => <Timeline items={page.items.map((e) => ({
          id: e.id, at: e.businessDate, title: <>{t(humanise(e.kind))}{e.amount !== null && e.kind !== "bucketLeft" && <> · <MoneyText value={e.amount} /></>}</>,
          detail: <>{e.note}{e.valueDate !== e.businessDate && <span className="muted"> {t("Value date")} {formatDate(e.valueDate)}</span>}</>, who: e.actorId === null ? undefined : <NameText id={e.actorId} />,
        }))} />}
      </Loaded>
    </Section>
  );
}
