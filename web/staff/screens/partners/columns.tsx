import type { Static } from "typebox";
import type { ParticipationItem, StatementItem } from "#modules/partners/contract.ts";
import { RateText } from "../../../ui/values.tsx";
import type { Column } from "../../kit/data-table.tsx";

type Participation = Static<typeof ParticipationItem>;
type Statement = Static<typeof StatementItem>;

export const STATES = ["proposed", "active", "rejected"] as const;

/** What partners own, in every list of it. */
export const PARTICIPATIONS: readonly Column<Participation>[] = [
  { key: "name", label: "Name", sort: true }, { key: "partner", label: "Partner", sort: true }, { key: "share", label: "Share", kind: "rate" }, { key: "loans", label: "Loans", kind: "integer" }, { key: "fromDate", label: "From", kind: "date", sort: true, filter: true },
  { key: "feeBasis", label: "Servicing fee", kind: "words", filter: true, options: ["none", "interest", "balance"] }, { key: "feeRate", label: "Fee rate", cell: (r) => (r.feeBasis === "none" ? "–" : <RateText value={r.feeRate} />) },
  { key: "charges", label: "Charges", kind: "words", filter: true, options: ["kept", "shared"] }, { key: "currency", label: "Currency", filter: true, hidden: true }, { key: "state", label: "State", kind: "status", sort: true, filter: true, options: STATES }, { key: "madeBy", label: "Made by", names: "person", hidden: true }, { key: "madeAt", label: "Made at", kind: "instant", sort: true, hidden: true },
];

/** What partners were told and paid. */
export const STATEMENTS: readonly Column<Statement>[] = [
  { key: "partner", label: "Partner", sort: true }, { key: "fromDate", label: "From", kind: "date", sort: true, filter: true }, { key: "throughDate", label: "Through", kind: "date", sort: true, filter: true },
  { key: "state", label: "State", kind: "status", sort: true, filter: true, options: ["draft", "proposed", "settled", "discarded"] }, { key: "net", label: "Net", kind: "money", sort: true, filter: true }, { key: "payment", label: "Payment", kind: "status", filter: true, options: ["none", "ordered", "paid", "refused"] }, { key: "paid", label: "Paid", kind: "money" },
  { key: "lines", label: "Lines", kind: "integer" }, { key: "madeBy", label: "Made by", names: "person" }, { key: "madeAt", label: "Made at", kind: "instant", sort: true, hidden: true },
];
