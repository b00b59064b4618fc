import { isIsoDate } from "#engine/date.ts";

export type Locale = "en-IN" | "hi-IN" | "en-US";

const SYMBOLS: Readonly<Record<string, string>> = { INR: "₹", USD: "$", EUR: "€", GBP: "£" };
const MONTHS: Readonly<Record<"en" | "hi", readonly string[]>> = {
  en: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
  hi: ["जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"],
};

/**
 * Data as people read it: money as {"amount","currency"} becomes text with the currency's grouping, days under names that end in
 * Date become written dates, fractions under names that end in Rate or are called apr become per cent. Everything else stays.
 */
export function present(value: unknown, locale: Locale, key = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => present(each, locale, key));
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    if (entries.length === 2 && "amount" in value && "currency" in value) return moneyText(value as { amount: string; currency: string });
    return Object.fromEntries(entries.map(([name, inner]) => [name, present(inner, locale, name)]));
  }
  if (typeof value === "string" && /date$/i.test(key) && isIsoDate(value)) return dateText(value, locale);
  if (typeof value === "string" && /(rate|^apr)$/i.test(key) && /^-?\d+(\.\d+)?$/.test(value)) return percentText(value);
  return value;
}

/**
 * An amount with symbol and grouping: lakh and crore for rupees, thousands otherwise.
 * @example  moneyText({ amount: "1234567.50", currency: "INR" }) is "₹12,34,567.50"
 */
export function moneyText({ amount, currency }: { amount: string; currency: string }): string {
  const negative = amount.startsWith("-");
  const [whole = "", fraction] = amount.replace("-", "").split(".");
  const grouped = currency === "INR" ? whole.replace(/\B(?=(\d{2})*(\d{3})$)/g, ",") : whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${negative ? "−" : ""}${SYMBOLS[currency] ?? `${currency}\u00a0`}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** A day in words. @example dateText("2026-01-05", "en-IN") is "5 January 2026" */
export function dateText(date: string, locale: Locale): string {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  const name = MONTHS[locale === "hi-IN" ? "hi" : "en"][month - 1];
  return locale === "en-US" ? `${name} ${day}, ${year}` : `${day} ${name} ${year}`;
}

/** A decimal fraction as per cent, exact, at least two decimals. @example percentText("0.1825") is "18.25%" */
export function percentText(fraction: string): string {
  const negative = fraction.startsWith("-");
  const [whole = "0", decimals = ""] = fraction.replace("-", "").split(".");
  const digits = decimals.padEnd(4, "0");
  const integer = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, "");
  const rest = digits.slice(2).replace(/0+$/, "").padEnd(2, "0");
  return `${negative ? "−" : ""}${integer}.${rest}%`;
}
