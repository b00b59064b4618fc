import i18next from "i18next";

/** Money as it travels: decimal text and an ISO 4217 code. */
export interface MoneyValue { readonly amount: string; readonly currency: string }

let region = "IN";

/** The lender's country decides digit grouping and the order of a date; the viewer's language decides the words. */
export function setRegion(country: string): void {
  region = country;
}

/** BCP 47 tag of this viewer, for instance en-IN or hi-IN. */
export function viewerLocale(): string {
  return i18next.language === "hi" ? "hi-IN" : `${i18next.language ?? "en"}-${region}`;
}

const cache = new Map<string, Intl.NumberFormat>();

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const locale = viewerLocale();
  const key = `${locale}${JSON.stringify(options)}`;
  const known = cache.get(key) ?? new Intl.NumberFormat(locale, options);
  cache.set(key, known);
  return known;
}

/** Digits of an amount in the viewer's grouping, exact for any length. @example money 1234567.5 INR is ₹12,34,567.50 in en-IN */
export function formatMoney(value: MoneyValue, style: "currency" | "plain" | "compact" = "currency"): string {
  // Intl takes decimal text and keeps every digit; the type library of the platform does not say so yet.
  const digits = value.amount as unknown as number;
  if (style === "plain") return numbers({ minimumFractionDigits: 2, maximumFractionDigits: 3 }).format(digits);
  if (style === "compact") return numbers({ style: "currency", currency: value.currency, notation: "compact", maximumFractionDigits: 1 }).format(digits);
  return numbers({ style: "currency", currency: value.currency, currencyDisplay: "narrowSymbol" }).format(digits);
}

/** @example formatRate("0.0725") is 7.25 % */
export function formatRate(fraction: string, decimals = 2): string {
  return numbers({ style: "percent", minimumFractionDigits: decimals, maximumFractionDigits: Math.max(decimals, 3) }).format(fraction as unknown as number);
}

/** A share as percent with one decimal. @example formatShare(0.1357) is 13.6 % */
export function formatShare(share: number): string {
  return formatRate((Math.round(share * 1_000) / 1_000).toString(), 1);
}

export function formatCount(count: number): string {
  return numbers({ maximumFractionDigits: 0 }).format(count);
}

/** @example formatDate("2026-01-31") is 31 Jan 2026 in en-IN */
export function formatDate(iso: string): string {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return new Intl.DateTimeFormat(viewerLocale(), { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1));
}

/** An instant in the viewer's own time zone, to the minute. */
export function formatInstant(iso: string): string {
  return new Intl.DateTimeFormat(viewerLocale(), { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(Date.parse(iso));
}

/** A code as words. @example humanise("bucket_entered") is "Bucket entered" */
export function humanise(code: string): string {
  const words = code.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll(/[_.-]+/g, " ").trim().toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whole days from one day to another, both YYYY-MM-DD. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** A day some days later. */
export function plusDays(iso: string, days: number): string {
  return Temporal.PlainDate.from(iso).add({ days }).toString();
}
