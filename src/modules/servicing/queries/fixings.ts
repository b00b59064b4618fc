import type { ListDefinition } from "#kernel/list.ts";

/** Fixings of all indexes, newest day first. */
export const fixingList: ListDefinition = {
  name: "servicing.index_fixings",
  from: "servicing.index_fixing f",
  columns: {
    id: { sql: "f.id", kind: "text", label: "Id" },
    index: { sql: "f.index_code", kind: "text", label: "Index", filter: true, sort: true },
    fixingDate: { sql: "f.fixing_date", kind: "date", label: "Day", filter: true, sort: true },
    rate: { sql: "trim_scale(f.rate_ppb / 1000000000::numeric)::text", kind: "text", label: "Rate" },
    source: { sql: "f.source", kind: "text", label: "Source", filter: true },
    makerId: { sql: "f.maker_id", kind: "text", label: "Asked by", filter: true },
    approverId: { sql: "f.approver_id", kind: "text", label: "Agreed by", filter: true },
    recordedAt: { sql: "f.recorded_at", kind: "instant", label: "Recorded at", sort: true },
  },
  search: ["f.index_code", "f.source"], key: "f.id", defaultSort: "-fixingDate",
};
