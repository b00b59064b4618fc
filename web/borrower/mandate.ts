import type { TFunction } from "i18next";
import { money, toMoneyJson } from "#engine/money.ts";
import { formatMoney } from "../ui/format.ts";

/** The permission to debit, as the evidence of the signature keeps it. */
export interface Mandate { readonly account: string; readonly capMinor: number; readonly currency: string }

export function mandateWords(mandate: Mandate, t: TFunction): string {
  return t("from {{account}}, up to {{cap}} at a time", { account: mandate.account, cap: formatMoney(toMoneyJson(money(mandate.capMinor, mandate.currency))) });
}
