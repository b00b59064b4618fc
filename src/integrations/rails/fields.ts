import { currencyDecimals } from "#engine/money.ts";
import { isIsoDate } from "#engine/date.ts";
import { UnreadableFile } from "#modules/payments/ports.ts";
import { find, textAt, type Element } from "./xml-read.ts";

/**
 * Minor units of an amount element with its currency; trailing zeros beyond the currency's decimals are harmless, other digits
 * there are not.
 * @throws UnreadableFile
 * @example  <Amt Ccy="USD">5.0400</Amt> is 504n USD
 */
export function amountAt(element: Element | undefined, path: string, fallbackCurrency?: string): { minor: bigint; currency: string } {
  const text = element?.text.trim() ?? "";
  const currency = element?.attributes["Ccy"] ?? fallbackCurrency ?? "";
  if (!/^[A-Z]{3}$/.test(currency)) throw new UnreadableFile(path, "the currency is missing");
  const match = /^\+?(\d{1,18})(?:\.(\d{0,5}))?$/.exec(text);
  const decimals = currencyDecimals(currency);
  const fraction = (match?.[2] ?? "").replace(/0+$/, "");
  if (match === null || fraction.length > decimals) throw new UnreadableFile(path, `"${text.slice(0, 40)}" is not an amount of ${currency}`);
  return { minor: BigInt(`${match[1]}${fraction.padEnd(decimals, "0")}`), currency };
}

/** The day of a date choice (Dt or DtTm, or the text itself). A time of day is dropped as the bank wrote it. */
export function dateAt(element: Element | undefined): string | undefined {
  const text = (textAt(element, "Dt") ?? textAt(element, "DtTm") ?? element?.text.trim() ?? "").slice(0, 10);
  return isIsoDate(text) ? text : undefined;
}

/** An account's number: IBAN, else any other identification. */
export function accountAt(element: Element | undefined): string | undefined {
  const id = find(element, "Id");
  return (textAt(id, "IBAN") ?? textAt(id, "Othr", "Id"))?.replaceAll(/\s/g, "");
}

/** A party's name, in messages before version 2019 directly, since then under Pty. */
export function nameAt(element: Element | undefined): string | undefined {
  return textAt(element, "Nm") ?? textAt(element, "Pty", "Nm");
}

/** A code given as text, Cd or Prtry. */
export function codeAt(element: Element | undefined): string | undefined {
  return textAt(element, "Cd") ?? textAt(element, "Prtry") ?? textAt(element, "Prtry", "Cd") ?? (element === undefined || element.children.length > 0 ? undefined : element.text.trim() || undefined);
}
