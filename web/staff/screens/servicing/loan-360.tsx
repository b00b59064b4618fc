import { useTranslation } from "react-i18next";
import { useGet } from "../../../api/hooks.ts";
import { formatDate } from "../../../ui/format.ts";
import { Page } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { StatusTag } from "../../../ui/values.tsx";
import { DocumentsTable } from "../../kit/documents-table.tsx";
import { DataTable } from "../../kit/data-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink, SubjectLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useShortcuts } from "../../kit/keys.ts";
import { Can, useSession } from "../../session.tsx";
import { AUDIT_COLUMNS } from "../control/audit-explorer.tsx";
import { Accruals, Charges, Journal, LoanTimeline, Overview, ScheduleTab, Transactions } from "./loan-tabs.tsx";
import { LoanActs } from "./loan-acts.tsx";
import type { Loan } from "./types.ts";
import { useNavigate } from "@tanstack/react-router";

/** One loan, whole: what is owed and why, as it stands on any day: V2. */
export function LoanAccount360() {
  const { t } = useTranslation();
  const id = useParam("id");
  const { lender, may } = useSession();
  const navigate = useNavigate();
  const [search, set] = useSearchState<{ tab?: string; asOf?: string }>();
  const tab = search.tab ?? "overview";
  const at = { asOf: search.asOf };
  const query = useGet<Loan>(`/loan-accounts/${id}`, at, { keep: true });
  useShortcuts(may("loan.repayment.record") ? [{ keys: "p", label: t("Post a payment"), act: () => void navigate({ to: `/loans/${id}/repayments/new` }) }] : []);
  const tabs = [["overview", "Overview"], ["schedule", "Schedule"], ["transactions", "Transactions"], ["charges", "Charges"], ["accruals", "Accruals"], ["journal", "GL"], ["documents", "Documents"], ["timeline", "Timeline"], ...(may("audit.record.read") ? [["audit", "Audit"] as const] : [])] as const;
  return (
    <Loaded query={query}>
      {(loan) => (
        <Page title={`${loan.borrowerName} · ${loan.number}`} note={<>{loan.product.name} · <StatusTag value={loan.status} /> {loan.daysPastDue > 0 && <StatusTag value="overdue" label={t("{{count}} days past due", { count: loan.daysPastDue })} />} {loan.class !== null && <span className="tag plain">{loan.class}</span>} {search.asOf !== undefined && <span className="tag warn">{t("As of {{date}}", { date: formatDate(search.asOf) })}</span>}</>}
          actions={<>
            <label className="row muted">{t("As of")} <input type="date" value={search.asOf ?? lender.businessDate} max={lender.businessDate} min={loan.bookedDate} onChange={(e) => set({ asOf: e.currentTarget.value === lender.businessDate ? undefined : e.currentTarget.value || undefined })} /></label>
            <Can permission="loan.payoff.quote"><ButtonLink to={`/loans/${id}/payoff`}>{t("Payoff")}</ButtonLink></Can>
            <Can permission="loan.repayment.record"><ButtonLink to={`/loans/${id}/repayments/new`} variant="filled">{t("Post a payment")}</ButtonLink></Can>
            <LoanActs loan={loan} />
          </>}>
          <Tabs current={tab} tabs={tabs} />
          {tab === "overview" && <Overview loan={loan} at={at} />}
          {tab === "schedule" && <ScheduleTab id={id} at={at} />}
          {tab === "transactions" && <Transactions id={id} at={at} />}
          {tab === "charges" && <Charges loan={loan} at={at} />}
          {tab === "accruals" && <Accruals id={id} at={at} />}
          {tab === "journal" && <Journal id={id} />}
          {tab === "documents" && <><DocumentsTable ownerId={id} />{loan.applicationId !== null && <p className="muted">{t("Papers of the application:")} <SubjectLink id={loan.applicationId} /></p>}</>}
          {tab === "timeline" && <LoanTimeline id={id} />}
          {tab === "audit" && <DataTable path="/audit-records" list="kernel.audit" caption="Audit" columns={AUDIT_COLUMNS} rowKey={(r) => r.id} fixedFilter={[`subject:eq:${id}`]} />}
        </Page>
      )}
    </Loaded>
  );
}
