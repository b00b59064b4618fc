import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useCommand } from "../../../api/hooks.ts";
import { formatCount } from "../../../ui/format.ts";
import { Facts, Page } from "../../../ui/layout.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { NameText } from "../../kit/names.tsx";

interface AuditItem {
  readonly id: string; readonly recordedAt: string; readonly businessDate: string; readonly actorKind: string; readonly actorId: string; readonly action: string; readonly subject: string; readonly reason: string | null;
  readonly requestId: string; readonly before: unknown; readonly after: unknown; readonly link: number | null; readonly linkHash: string | null;
}

/** Who did what, when, why, before and after, with the link of the hash chain: A1. */
export function AuditExplorer() {
  const { t } = useTranslation();
  const verify = useCommand<object, Proof>("/audit-verifications");
  const proof = verify.result;
  return (
    <Page title={t("Audit")} note={t("Each record is a link of a hash chain whose newest link is anchored outside of the database.")} actions={<Button size="sm" variant="default" loading={verify.pending} onClick={() => void verify.run({})}>{t("Verify the chain")}</Button>}>
      <ProblemNotice problem={verify.problem} />
      {proof !== undefined && <div className={proof.intact ? "notice good" : "notice bad"} role="status"><strong>{proof.intact ? t("The chain is intact.") : t("{{count}} faults found.", { count: proof.faultCount })}</strong> {t("{{sealed}} of {{records}} records are sealed in it; each record, link and anchor was computed again.", { sealed: formatCount(proof.sealed), records: formatCount(proof.records) })}{proof.faults.length > 0 && <ul>{proof.faults.map((f) => <li key={f}>{f}</li>)}</ul>}</div>}
      <DataTable path="/audit-records" list="kernel.audit" caption="Audit" columns={AUDIT_COLUMNS} rowKey={(r) => r.id} peek={(r) => <AuditRecord record={r} />} searchLabel="Subject, act or person" />
    </Page>
  );
}

interface Proof { readonly intact: boolean; readonly records: number; readonly sealed: number; readonly faultCount: number; readonly faults: readonly string[] }

export const AUDIT_COLUMNS: readonly Column<AuditItem>[] = [
  { key: "recordedAt", label: "Recorded at", kind: "instant", sort: true, filter: true },
  { key: "businessDate", label: "Business date", kind: "date", sort: true, filter: true },
  { key: "actorKind", label: "Kind", kind: "words", filter: true, options: ["staff", "borrower", "client", "job", "anonymous"] },
  { key: "actorId", label: "Who", filter: true, sort: true, names: "person" },
  { key: "action", label: "What", filter: true, sort: true },
  { key: "subject", label: "Subject", filter: true, cell: (r) => (r.subject.startsWith("usr_") ? <NameText id={r.subject} /> : <SubjectLink id={r.subject} />) },
  { key: "reason", label: "Why", filter: true },
  { key: "requestId", label: "Request", kind: "id", filter: true, hidden: true },
  { key: "link", label: "Link", kind: "integer" },
  { key: "linkHash", label: "Link hash", hidden: true, cell: (r) => <span className="mono">{r.linkHash?.slice(0, 16) ?? "–"}</span> },
];

export function AuditRecord({ record }: { record: AuditItem }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <Facts items={[["What", record.action], ["Who", <NameText key="w" id={record.actorId} />], ["Recorded at", record.recordedAt, "instant"], ["Business date", record.businessDate, "date"], ["Subject", <SubjectLink key="s" id={record.subject} />], ["Why", record.reason], ["Request", record.requestId, "id"], ["Link", record.link, "integer"], ["Link hash", <span key="h" className="mono">{record.linkHash}</span>]]} />
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
