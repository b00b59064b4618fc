import { CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatCount, formatDate, formatInstant, formatMoney, formatRate, humanise, type MoneyValue } from "./format.ts";

const NONE = <None />;

function None() {
  const { t } = useTranslation();
  return <span className="muted" aria-label={t("none")}>–</span>;
}

/** An amount in the viewer's grouping; a negative one has a minus sign and a colour. */
export function MoneyText({ value, style = "currency" }: { value: MoneyValue | null | undefined; style?: "currency" | "plain" | "compact" }) {
  if (value === null || value === undefined) return NONE;
  const negative = value.amount.startsWith("-");
  return <span className={negative ? "neg" : undefined} style={{ whiteSpace: "nowrap" }} title={style === "compact" ? formatMoney(value) : undefined}>{formatMoney(value, style)}</span>;
}

/** A decimal fraction as a percentage: "0.0725" is 7.25 %. */
export function RateText({ value, decimals }: { value: string | number | null | undefined; decimals?: number }) {
  return value === null || value === undefined ? NONE : <span>{formatRate(String(value), decimals)}</span>;
}

export function DateText({ value }: { value: string | null | undefined }) {
  return value === null || value === undefined || value === "" ? NONE : <time dateTime={value} style={{ whiteSpace: "nowrap" }}>{formatDate(value)}</time>;
}

export function InstantText({ value }: { value: string | null | undefined }) {
  return value === null || value === undefined || value === "" ? NONE : <time dateTime={value} title={value} style={{ whiteSpace: "nowrap" }}>{formatInstant(value)}</time>;
}

export function CountText({ value }: { value: number | null | undefined }) {
  return value === null || value === undefined ? NONE : <span>{formatCount(value)}</span>;
}

const TONES: Readonly<Record<string, "good" | "warn" | "bad" | "info">> = {
  active: "good", accepted: "good", approved: "good", approve: "good", clear: "good", settled: "good", paid: "good", kept: "good", closed: "good", closed_paid: "good", matched: "good", done: "good", funded: "good", disbursed: "good", published: "good", signed: "good", hit: "bad", completed: "good", executed: "good", met: "good", waived: "info", owed: "warn", waiting: "warn",
  pending: "warn", referred: "warn", refer: "warn", in_doubt: "warn", doubt: "warn", review: "warn", in_review: "warn", proposed: "warn", expired: "warn", open: "info", verifying: "info", submitted: "info", offered: "info", draft: "info", running: "info", current: "good", promised: "info", funding: "info", retired: "warn", partial: "warn", unmatched: "warn", suspense: "warn", sent: "info",
  declined: "bad", decline: "bad", rejected: "bad", refused: "bad", failed: "bad", overdue: "bad", broken: "bad", charged_off: "bad", written_off: "bad", closed_written_off: "bad", returned: "bad", disabled: "bad", outage: "bad", mismatch: "bad", past_due: "bad", reversed: "bad",
};

/** A state in words with a colour and a dot; the word alone says it all. */
export function StatusTag({ value, label }: { value: string | null | undefined; label?: string }) {
  const { t } = useTranslation();
  if (value === null || value === undefined || value === "") return NONE;
  return <span className={`tag ${TONES[value] ?? ""}`}>{label ?? t(humanise(value), { context: "state" })}</span>;
}

/** An identifier that can be copied. */
export function IdText({ value }: { value: string | null | undefined }) {
  const { t } = useTranslation();
  if (value === null || value === undefined) return NONE;
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => <button type="button" className="quiet-button mono" onClick={copy} title={t("Copy")} style={{ minHeight: 24 }}>{copied ? t("Copied") : value}</button>}
    </CopyButton>
  );
}

export type ValueKind = "text" | "money" | "rate" | "date" | "instant" | "integer" | "status" | "id" | "boolean" | "words";

/** Whatever a column or a fact holds, shown by its kind. */
export function Value({ kind, value, style }: { kind: ValueKind; value: unknown; style?: "currency" | "plain" | "compact" }) {
  const { t } = useTranslation();
  if (value === null || value === undefined || value === "") return NONE;
  switch (kind) {
    case "money": return <MoneyText value={value as MoneyValue} style={style} />;
    case "rate": return <RateText value={value as string} />;
    case "date": return <DateText value={value as string} />;
    case "instant": return <InstantText value={value as string} />;
    case "integer": return <CountText value={Number(value)} />;
    case "status": return <StatusTag value={String(value)} />;
    case "id": return <IdText value={String(value)} />;
    case "boolean": return <>{value === true ? t("Yes") : t("No")}</>;
    case "words": return <>{t(humanise(String(value)))}</>;
    default: return <>{typeof value === "object" ? JSON.stringify(value) : String(value as string | number)}</>;
  }
}
