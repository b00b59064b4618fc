import { useTranslation } from "react-i18next";
import { Facts, Page } from "../../../ui/layout.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";

interface AuditItem {
  readonly id: string; readonly recordedAt: string; readonly businessDate: string; readonly actorKind: string; readonly actorId: string; readonly action: string; readonly subject: string; readonly reason: string | null;
  readonly requestId: string; readonly before: unknown; readonly after: unknown; readonly link: number | null; readonly linkHash: string | null;
}

/** Who did what, when, why, before and after, with the link of the hash chain: A1. */
export function AuditExplorer() {
  const { t } = useTranslation();
  return (
    <Page title={t("Audit")} note={t("Each record is a link of a hash chain; loanwright audit verify checks it.")}>
      <DataTable path="/audit-records" list="kernel.audit" caption="Audit" columns={AUDIT_COLUMNS} rowKey={(r) => r.id} peek={(r) => <AuditRecord record={r} />} searchLabel="Subject, act or person" />
    </Page>
  );
}

export const AUDIT_COLUMNS: readonly Column<AuditItem>[] = [
  { key: "recordedAt", label: "Recorded at", kind: "instant", sort: true, filter: true },
  { key: "businessDate", label: "Business date", kind: "date", sort: true, filter: true },
  { key: "actorKind", label: "Kind", kind: "words", filter: true, options: ["staff", "borrower", "client", "job"] },
  { key: "actorId", label: "Who", filter: true, sort: true, names: "person" },
  { key: "action", label: "What", filter: true, sort: true },
  { key: "subject", label: "Subject", filter: true, cell: (r) => <SubjectLink id={r.subject} /> },
  { key: "reason", label: "Why", filter: true },
  { key: "requestId", label: "Request", kind: "id", filter: true, hidden: true },
  { key: "link", label: "Link", kind: "integer" },
  { key: "linkHash", label: "Link hash", hidden: true, cell: (r) => <span className="mono">{r.linkHash?.slice(0, 16) ?? "–"}</span> },
];

export function AuditRecord({ record }: { record: AuditItem }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <Facts items={[["What", record.action], ["Who", record.actorId, "id"], ["Recorded at", record.recordedAt, "instant"], ["Business date", record.businessDate, "date"], ["Subject", <SubjectLink key="s" id={record.subject} />], ["Why", record.reason], ["Request", record.requestId, "id"], ["Link", record.link, "integer"], ["Link hash", <span key="h" className="mono">{record.linkHash}</span>]]} />
      <h3>{t("Before")}</h3><pre className="code" tabIndex={0}>{pretty(record.before)}</pre>
      <h3>{t("After")}</h3><pre className="code" tabIndex={0}>{pretty(record.after)}</pre>
    </div>
  );
}

function pretty(value: unknown): string {
  if (value === null || value === undefined) return "–";
  try {
    return JSON.stringify(typeof value === "string" ? JSON.parse(value) : value, null, 2);
  } catch {
    return String(value);
  }
}
