import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useGet } from "../../../api/hooks.ts";
import { formatDate } from "../../../ui/format.ts";
import { Page } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { StatusTag } from "../../../ui/values.tsx";
import { DataTable } from "../../kit/data-table.tsx";
import { DocumentsTable } from "../../kit/documents-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { useShortcuts } from "../../kit/keys.ts";
import { ButtonLink, SubjectLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can, useSession } from "../../session.tsx";
import { AUDIT_COLUMNS, AuditRecord } from "../control/audit-explorer.tsx";
import { LoanActs } from "./loan-acts.tsx";
import { LoanDeferral } from "./loan-deferral.tsx";
import { Charges, Journal, Transactions } from "./loan-money.tsx";
import { LoanOwners } from "./loan-owners.tsx";
import { Alert, Notes } from "./loan-notes.tsx";
import { Mandates } from "./mandate.tsx";
import { Cases, Contacts, LoanTimeline, Parties } from "./loan-people.tsx";
import { Accruals, Overview, ScheduleTab } from "./loan-tabs.tsx";
import type { At, Loan } from "./types.ts";

/** One loan, whole: what is owed and why, as it stands on any day: V2. */
export function LoanAccount360() {
  const { t } = useTranslation();
  const id = useParam("id");
  const { lender, may } = useSession();
  const navigate = useNavigate();
  const [search, set] = useSearchState<{ tab?: string; asOf?: string; knownOn?: string }>();
  const at = { asOf: search.asOf, knownOn: search.knownOn };
  const elsewhen = search.asOf !== undefined || search.knownOn !== undefined;
  const query = useGet<Loan>(`/loan-accounts/${id}`, at, { keep: true });
  useShortcuts([
    ...(may("loan.repayment.record") ? [{ keys: "p", label: t("Post a payment"), act: () => void navigate({ to: `/loans/${id}/repayments/new` }) }] : []),
    ...(may("loan.note.write") ? [{ keys: "n", label: t("Write a note"), act: () => set({ tab: "notes" }) }] : []),
  ]);
  const tabs = [
    ["overview", "Overview"], ["schedule", "Schedule"], ["transactions", "Transactions"], ["charges", "Charges"], ["accruals", "Accruals"], ["journal", "GL"], ["documents", "Documents"], ["parties", "Parties"], ...(may("payment.mandate.read") ? [["mandate", "Mandate"] as const] : []),
    ...(may("collections.case.read") ? [["cases", "Cases"] as const, ["contacts", "Contacts"] as const] : []), ...(may("loan.note.read") ? [["notes", "Notes"] as const] : []), ["timeline", "Timeline"], ...(may("audit.record.read") ? [["audit", "Audit"] as const] : []),
  ] as const;
  return (
    <Loaded query={query}>
      {(loan) => (
        <Page title={`${loan.borrowerName} · ${loan.number}`} note={<Chips loan={loan} at={at} />}
          actions={<>
            <label className="row muted">{t("As of")} <input type="date" value={search.asOf ?? lender.businessDate} max={lender.businessDate} min={loan.bookedDate} onChange={(e) => set({ asOf: e.currentTarget.value === lender.businessDate ? undefined : e.currentTarget.value || undefined })} /></label>
            <label className="row muted">{t("Known on")} <input type="date" value={search.knownOn ?? lender.businessDate} max={lender.businessDate} min={loan.bookedDate} onChange={(e) => set({ knownOn: e.currentTarget.value === lender.businessDate ? undefined : e.currentTarget.value || undefined })} /></label>
            {elsewhen && <ButtonLink to="/time-machine" search={{ loan: id, asOf: search.asOf ?? lender.businessDate, ...(search.knownOn === undefined ? {} : { knownOn: search.knownOn }) }}>{t("Compare with now")}</ButtonLink>}
            {["active", "charged_off"].includes(loan.status) && <Can permission="loan.payoff.quote"><ButtonLink to={`/loans/${id}/payoff`}>{t("Payoff")}</ButtonLink></Can>}
            <Can permission="loan.repayment.reverse"><ButtonLink to={`/loans/${id}`} search={{ tab: "transactions" }}>{t("Reverse…")}</ButtonLink></Can>
            <Can permission="loan.repayment.record"><ButtonLink to={`/loans/${id}/repayments/new`} variant="filled">{t("Post a payment")}</ButtonLink></Can>
            <LoanActs loan={loan} />
          </>}>
          <Alert id={id} />
          <Tabs current={search.tab ?? "overview"} tabs={tabs} keep={["asOf", "knownOn"]} />
          <Tab name={search.tab ?? "overview"} loan={loan} at={at} />
        </Page>
      )}
    </Loaded>
  );
}

function Chips({ loan, at: { asOf, knownOn } }: { loan: Loan; at: At }) {
  const { t } = useTranslation();
  return (
    <span className="row" style={{ gap: 6 }}>
      {loan.product.name} <StatusTag value={loan.status} /> {loan.daysPastDue > 0 && <StatusTag value="overdue" label={t("{{count}} days past due", { count: loan.daysPastDue })} />} {loan.class !== null && <span className="tag plain">{loan.class}</span>}
      {asOf !== undefined && <span className="tag warn">{t("As of {{date}}", { date: formatDate(asOf) })}</span>}
      {knownOn !== undefined && <span className="tag warn">{t("Known on {{date}}", { date: formatDate(knownOn) })}</span>}
    </span>
  );
}

function Tab({ name, loan, at }: { name: string; loan: Loan; at: At }) {
  const { t } = useTranslation();
  const { id } = loan;
  switch (name) {
    case "schedule": return <ScheduleTab id={id} at={at} />;
    case "transactions": return <Transactions loan={loan} at={at} />;
    case "charges": return <Charges loan={loan} at={at} />;
    case "accruals": return <><Accruals id={id} at={at} /><Can permission="ledger.entry.read"><LoanDeferral id={id} /></Can></>;
    case "journal": return <Journal id={id} at={at} />;
    case "documents": return <><DocumentsTable ownerId={id} />{loan.applicationId !== null && <p className="muted">{t("Papers of the application:")} <SubjectLink id={loan.applicationId} label={t("Open the application")} /></p>}</>;
    case "parties": return <><Parties loan={loan} /><Can permission="partner.record.read"><LoanOwners id={id} /></Can></>;
    case "mandate": return <Mandates loanId={id} />;
    case "cases": return <Cases id={id} />;
    case "contacts": return <Contacts id={id} />;
    case "notes": return <Notes id={id} />;
    case "timeline": return <LoanTimeline id={id} at={at} />;
    case "audit": return <DataTable path="/audit-records" list="kernel.audit" caption="Audit" columns={AUDIT_COLUMNS.filter((c) => c.key !== "subject")} rowKey={(r) => r.id} peek={(r) => <AuditRecord record={r} />} fixedFilter={[`subject:eq:${id}`]} empty={t("Nothing has been recorded for this loan.")} />;
    default: return <Overview loan={loan} at={at} />;
  }
}
