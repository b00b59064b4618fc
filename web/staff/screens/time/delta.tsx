import { parseAmount, subtractMoney, toMoneyJson } from "#engine/money.ts";
import type { MoneyValue } from "../../../ui/format.ts";
import { MoneyText } from "../../../ui/values.tsx";

/** By how much an amount differs, exactly; nothing when it does not. */
export function Delta({ before, after }: { before: MoneyValue | null; after: MoneyValue | null }) {
  if (before === null || after === null || before.amount === after.amount) return null;
  const by = toMoneyJson(subtractMoney(parseAmount(after.amount, after.currency), parseAmount(before.amount, before.currency)));
  return <>{by.amount.startsWith("-") ? "" : "+"}<MoneyText value={by} /></>;
}
