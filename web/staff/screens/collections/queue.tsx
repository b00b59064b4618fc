import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { CaseItem, NextCase } from "#modules/collections/contract.ts";
import { useCommand } from "../../../api/hooks.ts";
import { Page } from "../../../ui/layout.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { StatusTag } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { useShortcuts } from "../../kit/keys.ts";
import { Can, useSession } from "../../session.tsx";

type Item = Static<typeof CaseItem>;

const COLUMNS: readonly Column<Item>[] = [
  { key: "borrowerName", label: "Borrower", filter: true, sort: true, cell: (r) => <span style={{ whiteSpace: "nowrap" }}>{r.borrowerName ?? "–"}</span> }, { key: "loanNumber", label: "Loan", filter: true, cell: (r) => <SubjectLink id={r.loanAccountId} label={r.loanNumber ?? r.loanAccountId} /> }, { key: "daysPastDue", label: "Days past due", kind: "integer", sort: true, filter: true },
  { key: "bucket", label: "Bucket", filter: true, sort: true }, { key: "overdue", label: "Overdue", kind: "money", sort: true, filter: true }, { key: "brokenPromise", label: "Promise", kind: "boolean", filter: true, cell: (r) => (r.brokenPromise ? <StatusTag value="broken" /> : "") }, { key: "nextContactDate", label: "Next contact", kind: "date", sort: true, filter: true },
  { key: "lastOutcome", label: "Last outcome", kind: "words", filter: true }, { key: "lastContactAt", label: "Last contact", kind: "instant", sort: true, hidden: true }, { key: "state", label: "State", kind: "status", filter: true, options: ["watching", "open", "closed"] }, { key: "stage", label: "Stage", kind: "words", filter: true, options: ["collections", "recovery"], hidden: true }, { key: "claimedBy", label: "Taken by", names: "person", filter: true },
];

/** Loans that are behind; one is served to one collector: C1. */
export function CollectorQueue() {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const next = useCommand<object, Static<typeof NextCase>>("/collections/cases/next", { onDone: (got) => {
    if (got.case !== null) void navigate({ to: `/collections/${got.case.id}` });
  } });
  useShortcuts(may("collections.case.work") ? [{ keys: ".", label: t("Take the next case"), group: "Queue", act: () => void next.run({}) }] : []);
  return (
    <Page title={t("Collections")} actions={<Can permission="collections.case.work"><Button loading={next.pending} aria-keyshortcuts="." onClick={() => void next.run({})}>{t("Take the next case")}</Button></Can>}>
      <ProblemNotice problem={next.problem} />
      {next.result?.case === null && <div className="notice good" role="status">{t("Nobody is left to contact today.")}</div>}
      <DataTable path="/collections/cases" list="collections.cases" caption="Collections" columns={COLUMNS} rowKey={(r) => r.id} open={(r) => `/collections/${r.id}`} searchLabel="Borrower, loan number or case" empty={t("No loan is behind.")} />
    </Page>
  );
}
