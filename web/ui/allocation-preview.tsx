import { useTranslation } from "react-i18next";
import type { MoneyValue } from "./format.ts";
import { Grid } from "./layout.tsx";
import { MoneyText } from "./values.tsx";

export interface AllocationParts { readonly principal: MoneyValue; readonly interest: MoneyValue; readonly fee: MoneyValue; readonly penalty: MoneyValue }

const ORDER = ["penalty", "fee", "interest", "principal"] as const;
const COLORS: Readonly<Record<(typeof ORDER)[number], string>> = { penalty: "var(--lw-c4)", fee: "var(--lw-c3)", interest: "var(--lw-c2)", principal: "var(--lw-c1)" };
const NAMES: Readonly<Record<(typeof ORDER)[number], string>> = { penalty: "Penalty", fee: "Fee", interest: "Interest", principal: "Principal" };

/** How a payment would be divided, and what each component owes before and after. */
export function AllocationPreview({ parts, excess, before, after }: { parts: AllocationParts | undefined; excess?: MoneyValue | null; before?: AllocationParts; after?: AllocationParts }) {
  const { t } = useTranslation();
  const total = ORDER.reduce((sum, c) => sum + Number(parts?.[c].amount ?? 0), Number(excess?.amount ?? 0));
  return (
    <div className="stack">
      {parts !== undefined && <div className="bar" aria-hidden>{ORDER.map((c) => <i key={c} style={{ width: `${total === 0 ? 0 : (Number(parts[c].amount) / total) * 100}%`, background: COLORS[c] }} />)}</div>}
      <Grid label="Division of the payment" rows={[...ORDER]} rowKey={(c) => c} columns={[
        { header: "Component", cell: (c) => <><span className="swatch" style={{ background: COLORS[c] }} />{t(NAMES[c])}</>, foot: excess === undefined || excess === null ? undefined : t("Excess") },
        ...(parts === undefined ? [] : [{ header: "This payment", align: "end" as const, cell: (c: (typeof ORDER)[number]) => <MoneyText value={parts[c]} />, foot: excess === undefined || excess === null ? undefined : <MoneyText value={excess} /> }]),
        ...(before === undefined ? [] : [{ header: "Owed before", align: "end" as const, cell: (c: (typeof ORDER)[number]) => <MoneyText value={before[c]} /> }]),
        ...(after === undefined ? [] : [{ header: "Owed after", align: "end" as const, cell: (c: (typeof ORDER)[number]) => <MoneyText value={after[c]} /> }]),
      ]} />
    </div>
  );
}
