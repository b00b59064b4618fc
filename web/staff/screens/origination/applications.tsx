import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ApplicationItem } from "#modules/origination/contract.ts";
import { useCommand } from "../../../api/hooks.ts";
import { Page } from "../../../ui/layout.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { NameText } from "../../kit/names.tsx";
import { ButtonLink } from "../../kit/link.tsx";
import { useShortcuts } from "../../kit/keys.ts";
import { Can, useSession } from "../../session.tsx";

export type Item = Static<typeof ApplicationItem>;

export const STATES = ["draft", "submitted", "verifying", "referred", "approved", "declined", "offered", "accepted", "signed", "funding", "disbursed", "withdrawn", "expired"];

/** Time left in the stage; overdue is said in words and colour. */
export function SlaLeft({ minutes }: { minutes: number | null }) {
  const { t } = useTranslation();
  if (minutes === null) return <span className="muted">–</span>;
  const late = minutes < 0;
  const size = Math.abs(minutes);
  const text = size < 60 ? t("{{n}} min", { n: size }) : size < 2880 ? t("{{n}} h", { n: Math.round(size / 60) }) : t("{{n}} d", { n: Math.round(size / 1440) });
  return <span className={late ? "tag bad" : size < 240 ? "tag warn" : ""}>{late ? t("{{time}} over", { time: text }) : text}</span>;
}

export const COLUMNS: readonly Column<Item>[] = [
  { key: "number", label: "Number", filter: true, sort: true }, { key: "applicant", label: "Applicant", filter: true, sort: true }, { key: "product", label: "Product", filter: true, sort: true }, { key: "amount", label: "Amount", kind: "money", sort: true, filter: true }, { key: "termMonths", label: "Months", kind: "integer", sort: true, filter: true },
  { key: "state", label: "Stage", kind: "status", filter: true, sort: true, options: STATES }, { key: "slaMinutesLeft", label: "Time left", sort: true, cell: (r) => <SlaLeft minutes={r.slaMinutesLeft} /> }, { key: "stageDueAt", label: "Due at", kind: "instant", sort: true, hidden: true }, { key: "waitingOn", label: "Waiting on", kind: "words", filter: true },
  { key: "score", label: "Score", kind: "integer", sort: true, filter: true }, { key: "policyOutcome", label: "Policy", kind: "status", filter: true, options: ["approve", "refer", "decline"] }, { key: "claimedBy", label: "Taken by", filter: true, names: "person" },
  { key: "channel", label: "Channel", kind: "words", filter: true, options: ["portal", "staff", "api", "import", "agent"], hidden: true }, { key: "branchId", label: "Branch", names: "branch", filter: true, hidden: true }, { key: "createdAt", label: "Started at", kind: "instant", sort: true, hidden: true }, { key: "submittedAt", label: "Handed in at", kind: "instant", sort: true },
];

/** Every application this role may see: L1. */
export function Applications() {
  const { t } = useTranslation();
  return (
    <Page title={t("Applications")} actions={<Can permission="application.case.create"><ButtonLink to="/applications/new" variant="filled">{t("New application")}</ButtonLink></Can>}>
      <DataTable path="/applications" list="origination.applications" caption="Applications" columns={COLUMNS} rowKey={(r) => r.id} open={(r) => `/applications/${r.id}`} searchLabel="Applicant or number" empty={t("No application has come in yet.")} everyMs={15_000} />
    </Page>
  );
}

/** Referred cases, the most urgent first, one to one person: U1. */
export function UnderwritingQueue() {
  const { t } = useTranslation();
  const { me } = useSession();
  const navigate = useNavigate();
  const next = useCommand<object, { applicationId: string | null }>("/application-claims", { onDone: (got) => {
    if (got.applicationId !== null) void navigate({ to: `/applications/${got.applicationId}/workbench` });
  } });
  useShortcuts([{ keys: ".", label: t("Take the next case"), group: "Queue", act: () => void next.run({}) }]);
  return (
    <Page title={t("Underwriting queue")} note={t("One case is served to one person; take the next one with the full stop key.")} actions={<Button loading={next.pending} onClick={() => void next.run({})} aria-keyshortcuts=".">{t("Take the next case")}</Button>}>
      <ProblemNotice problem={next.problem} />
      {next.result?.applicationId === null && <div className="notice good" role="status">{t("The queue is empty: every referred case is taken.")}</div>}
      <DataTable path="/applications" list="origination.underwriting" caption="Underwriting queue" columns={COLUMNS.map((c) => (c.key === "claimedBy" ? { ...c, cell: (r: Item) => (r.claimedBy === me.id ? t("You") : <NameText id={r.claimedBy} />) } : c))} rowKey={(r) => r.id} open={(r) => `/applications/${r.id}/workbench`} fixedFilter={["state:eq:referred"]} empty={t("No case is referred to a person right now.")} everyMs={10_000} />
    </Page>
  );
}
