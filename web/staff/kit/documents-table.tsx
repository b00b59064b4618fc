import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { DocumentJson } from "#modules/documents/contract.ts";
import { formatCount } from "../../ui/format.ts";
import { DataTable, type Column } from "./data-table.tsx";

/** The documents of one record; each read is audited by the server. */
export function DocumentsTable({ ownerId }: { ownerId: string }) {
  const { t } = useTranslation();
  const columns: readonly Column<Static<typeof DocumentJson>>[] = [
    { key: "fileName", label: "File", cell: (r) => <a href={`/v1/documents/${r.id}/content`}>{r.fileName}</a> }, { key: "purpose", label: "Purpose", kind: "words" }, { key: "state", label: "State", kind: "status" }, { key: "reason", label: "Reason" },
    { key: "contentType", label: "Type" }, { key: "byteCount", label: "Size", cell: (r) => t("{{n}} kB", { n: formatCount(Math.ceil(r.byteCount / 1024)) }) }, { key: "storedAt", label: "Stored at", kind: "instant" }, { key: "storedBy", label: "By", names: "person" }, { key: "sha256", label: "Fingerprint", cell: (r) => <span className="mono" title={r.sha256}>{r.sha256.slice(0, 12)}</span> },
  ];
  return <DataTable path="/documents" list="documents.documents" caption="Documents" columns={columns} rowKey={(r) => r.id} fixedFilter={[`ownerId:eq:${ownerId}`]} empty={t("No document yet.")} />;
}
