import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { inLanguage } from "../../../api/forms.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import type { MoneyValue } from "../../../ui/format.ts";
import { Facts, Page } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { StatusTag } from "../../../ui/values.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DataTable, type Column, type PageOf } from "../../kit/data-table.tsx";
import { ButtonLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";
import { bankReason } from "../payments/bank-reasons.ts";
import { Decide, type ApprovalItem } from "../control/approvals.tsx";
import type { Application } from "./application-360.tsx";

interface FundingRow { readonly id: string; readonly number: string; readonly payee: string; readonly state: string; readonly amount: MoneyValue; readonly net: MoneyValue; readonly conditionsOpen: number; readonly accountCheck: string | null; readonly nameMatch: number | null; readonly approvalRequestId: string | null; readonly proposedBy: string | null; readonly stageDueAt: string | null }

const COLUMNS: readonly Column<FundingRow>[] = [
  { key: "number", label: "Number", filter: true, sort: true }, { key: "payee", label: "Payee", filter: true, sort: true }, { key: "amount", label: "Amount", kind: "money", sort: true }, { key: "net", label: "Paid out", kind: "money" },
  { key: "conditionsOpen", label: "Open papers", cell: (r) => (r.conditionsOpen === 0 ? "0" : <span className="tag warn">{r.conditionsOpen}</span>), kind: "integer" }, { key: "accountCheck", label: "Account", kind: "status" }, { key: "nameMatch", label: "Name match", kind: "integer" }, { key: "state", label: "Stage", kind: "status", filter: true, sort: true, options: ["signed", "funding"] },
  { key: "proposedBy", label: "Proposed by", names: "person" }, { key: "stageDueAt", label: "Due at", kind: "instant", sort: true },
];

/** Signed loans: one person proposes the payout, another releases it: O1. */
export function FundingQueue() {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<FundingRow | null>(null);
  const columns: readonly Column<FundingRow>[] = [COLUMNS[0] as Column<FundingRow>, { key: "act", label: "Payout", cell: (r) => <Button size="compact-sm" variant={r.state === "signed" ? "filled" : "default"} onClick={() => setChosen(r)}>{r.state === "signed" ? t("Propose…") : t("Release…")}</Button> }, ...COLUMNS.slice(1)];
  return (
    <Page title={t("Funding")} note={t("Two people for every payout. It is sent once; one in doubt is asked about, never sent again.")}>
      <DataTable path="/funding-queue" list="origination.funding_queue" caption="Funding" columns={columns} rowKey={(r) => r.id} open={(r) => `/applications/${r.id}`} empty={t("No signed loan waits for its payout.")} everyMs={3_000} />
      <Dialog title={t("Payout")} open={chosen !== null} onClose={() => setChosen(null)}>{chosen !== null && <Fund id={chosen.id} onDone={() => setChosen(null)} />}</Dialog>
    </Page>
  );
}

function Fund({ id, onDone }: { id: string; onDone: () => void }) {
  const query = useGet<Application>(`/applications/${id}`);
  return <Loaded query={query}>{(app) => <FundCase application={app} onDone={onDone} />}</Loaded>;
}

function FundCase({ application: app, onDone }: { application: Application; onDone: () => void }) {
  const { t, i18n } = useTranslation();
  const { me, may } = useSession();
  const offer = app.offers.find((o) => o.state === "accepted");
  const open = app.requirements.filter((r) => r.state !== "met" && r.state !== "waived");
  const proposed = app.funding.find((f) => f.state === "proposed");
  const refused = app.funding.findLast((f) => f.state === "payout_rejected");
  const propose = useCommand<object>(`/applications/${app.id}/funding`, { onDone });
  const approvals = useGet<PageOf<ApprovalItem>>(proposed?.approvalRequestId === null || proposed === undefined ? null : "/approval-requests", { filter: [`id:eq:${proposed?.approvalRequestId ?? ""}`] });
  const request = approvals.data?.items[0];
  return (
    <div className="stack">
      <Facts items={[["Applicant", app.applicant], ["Amount", offer?.amount ?? app.amount, "money"], ["Paid out", offer?.netDisbursed, "money"], ["Fees", offer?.fees, "money"], ["Signed at", app.agreement?.signedAt, "instant"], ["Payee account", String(app.person["payoutAccount"] ?? "–")], ["Open conditions", String(open.length)]]} />
      {app.state === "signed" && refused !== undefined && <div className="notice bad"><strong>{t("The bank refused the payout")}</strong><p>{bankReason(refused.note ?? "MS03", t)}</p></div>}
      {open.length > 0 && <div className="notice warn">{t("Still open: {{list}}", { list: open.map((r) => inLanguage(r.label, i18n.language)).join(", ") })} <ButtonLink size="compact-sm" to={`/applications/${app.id}`}>{t("Whole case")}</ButtonLink></div>}
      <ProblemNotice problem={propose.problem} />
      {app.state === "signed" && (may("application.funding.propose") ? <><Button loading={propose.pending} onClick={() => void propose.run({})}>{t("Propose the payout")}</Button><CorrectAccount id={app.id} open={refused !== undefined} onDone={propose.reset} /></> : <p className="muted">{t("An operations officer proposes the payout.")}</p>)}
      {app.state === "funding" && (request === undefined ? <p className="muted">{t("The request is being looked up …")}</p> : may("application.funding.release") ? <Decide item={request} onDone={onDone} /> : <p className="muted">{proposed?.proposedBy === me.id ? t("You proposed this payout, so somebody else must release it: a funding officer.") : t("A funding officer releases it.")}</p>)}
      {app.state === "funding" && may("application.funding.propose") && <details><summary>{t("Take it back into the queue…")}</summary><CommandForm path={`/applications/${app.id}/funding/return`} submit="Take it back" fields={[{ name: "reason", label: "Reason", required: true }]} onDone={onDone} /></details>}
    </div>
  );
}

/** Another account to pay into: written with its reason, checked anew at once, and seen by the second person. */
function CorrectAccount({ id, open, onDone }: { id: string; open: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<string | null>(null);
  return (
    <details open={open}>
      <summary>{t("Another account to pay into…")}</summary>
      {outcome !== null && <div role="status" className={outcome === "clear" ? "notice good" : "notice warn"}>{outcome === "clear" ? t("The bank confirms the account as the applicant's. Propose the payout again.") : <>{t("The account is written down, but not confirmed:")} <StatusTag value={outcome} /></>}</div>}
      <CommandForm<{ outcome: string }> path={`/applications/${id}/payout-account`} submit="Check and use this account" fields={[{ name: "account", label: "Account", description: "As in the application: bank code/account number", required: true }, { name: "reason", label: "Reason", required: true }]} onDone={(done) => {
        setOutcome(done.outcome);
        onDone();
      }} />
    </details>
  );
}
