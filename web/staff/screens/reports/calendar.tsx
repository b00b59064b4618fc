import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ReportItem } from "#modules/reporting/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { Page } from "../../../ui/layout.tsx";
import { humanise } from "../../../ui/format.ts";
import { StatusTag } from "../../../ui/values.tsx";
import { DataTable, type Column, type PageOf } from "../../kit/data-table.tsx";
import { Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can, useSession } from "../../session.tsx";
import { OneDefinition, type Definition } from "./definition-form.tsx";
import { CreditDisputes } from "./disputes.tsx";

type Item = Static<typeof ReportItem>;

/** What must be reported and by when, from what is due to the proof that it was filed: A3. */
export function ReportCalendar() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [search] = useSearchState<{ tab?: string }>();
  const reports = may("report.regulatory.read");
  const tab = search.tab ?? (reports ? "calendar" : "disputes");
  const tabs: (readonly [string, string])[] = [...(reports ? [["calendar", "Calendar"], ["definitions", "Definitions"]] as const : []), ...(may("credit.dispute.read") ? [["disputes", "Credit disputes"]] as const : [])];
  return (
    <Page title={t("Regulatory reports")} actions={tab === "calendar" && <Can permission="report.regulatory.generate"><Generate /></Can>}>
      <Tabs current={tab} tabs={tabs} />
      {tab === "calendar" && <DataTable path="/regulatory-reports" list="reporting.calendar" caption="Regulatory reports" columns={useCalendarColumns()} rowKey={(r) => r.id} open={(r) => `/reports/${r.id}`} searchLabel="Report or reference" empty={t("Nothing has to be reported yet.")} />}
      {tab === "definitions" && <DataTable path="/report-definitions" list="reporting.definitions" caption="Report definitions" columns={DEFINITIONS} rowKey={(r) => `${r.code}/${r.version}`} peek={(d) => <OneDefinition definition={d} />} />}
      {tab === "disputes" && <CreditDisputes />}
    </Page>
  );
}

function useCalendarColumns(): readonly Column<Item>[] {
  const { t } = useTranslation();
  return [
    { key: "name", label: "Report", sort: true, cell: (r) => t(r.name) }, { key: "periodEnd", label: "Period to", kind: "date", sort: true, filter: true }, { key: "dueDate", label: "Due", kind: "date", sort: true, filter: true },
    { key: "ownerRole", label: "Owner", kind: "words", sort: true, filter: true }, { key: "version", label: "Version", kind: "integer" },
    { key: "state", label: "State", sort: true, filter: true, options: ["due", "generated", "checked", "filed"], cell: (r) => <StatusTag value={r.overdue ? "overdue" : r.state} /> },
    { key: "records", label: "Records", kind: "integer" }, { key: "filedDate", label: "Filed on", kind: "date" }, { key: "filedBy", label: "Filed by", names: "person" }, { key: "reference", label: "Reference" }, { key: "sha256", label: "SHA-256", hidden: true },
  ];
}

const DEFINITIONS: readonly Column<Definition>[] = [
  { key: "name", label: "Report" }, { key: "code", label: "Code", sort: true, filter: true }, { key: "version", label: "Version", kind: "integer", sort: true }, { key: "period", label: "Period", kind: "words", filter: true, options: ["month", "quarter", "year"] },
  { key: "ownerRole", label: "Owner", kind: "words", filter: true }, { key: "state", label: "State", kind: "status", filter: true, options: ["in_force", "replaced"] }, { key: "madeBy", label: "Made by", names: "person" }, { key: "madeAt", label: "Made at", kind: "instant", sort: true },
];

/** Orders the file of a period that is over. */
function Generate() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const definitions = useGet<PageOf<Definition>>(open ? "/report-definitions" : null, { filter: ["state:eq:in_force"] });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("Generate…")}</Button>
      <Dialog title={t("Generate a report")} open={open} onClose={() => setOpen(false)}>
        <CommandForm<{ reportId: string }> path="/regulatory-reports/generate" submit="Generate" note={<p className="muted">{t("The file is made as a job from the facts as of the last day of the period. Another person checks and files it.")}</p>}
          fields={[
            { name: "code", label: "Report", kind: "choice", required: true, options: (definitions.data?.items ?? []).map((d) => ({ value: d.code, label: `${t(d.name)} · ${t(humanise(d.period))}` })) },
            { name: "periodEnd", label: "Last day of the period", kind: "date", required: true },
          ]} onDone={(made) => void navigate({ to: `/reports/${made.reportId}` })} onCancel={() => setOpen(false)} />
      </Dialog>
    </>
  );
}
