import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { VersionItem } from "#modules/products/contract.ts";
import { Page } from "../../../ui/layout.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";

type Item = Static<typeof VersionItem>;

const COLUMNS: readonly Column<Item>[] = [
  { key: "name", label: "Product", sort: true, cell: (r) => r.name }, { key: "code", label: "Code", filter: true, sort: true }, { key: "number", label: "Version", kind: "integer", sort: true },
  { key: "state", label: "State", kind: "status", filter: true, sort: true, options: ["draft", "published", "retired"] }, { key: "currency", label: "Currency", filter: true }, { key: "effectiveFrom", label: "Effective from", kind: "date", sort: true },
  { key: "note", label: "Note" }, { key: "madeBy", label: "Made by", names: "person", hidden: true }, { key: "madeAt", label: "Made at", kind: "instant", sort: true }, { key: "publishedBy", label: "Published by", names: "person", hidden: true },
  { key: "publishedAt", label: "Published at", kind: "instant", sort: true }, { key: "definitionHash", label: "Hash", hidden: true, cell: (r) => <span className="mono">{r.definitionHash.slice(0, 16)}</span> },
];

/** Versions of loan products: P1. A new one starts as a copy of one that is there. */
export function Products() {
  const { t } = useTranslation();
  return (
    <Page title={t("Products")} note={t("A published version never changes; open one and clone it to make the next.")}>
      <DataTable path="/product-versions" list="products.versions" caption="Products" columns={COLUMNS} rowKey={(r) => r.id} open={(r) => `/products/${r.id}`} />
    </Page>
  );
}
