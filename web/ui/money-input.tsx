import { TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { currencyDecimals } from "#engine/money.ts";
import { formatMoney } from "./format.ts";
import { amountInWords, readMoney } from "./words.ts";

/**
 * A money field that takes 12.5L, 1cr, 15k or any grouping, and echoes figure and words. Hands over decimal text in major units, or
 * "" while what is typed is no amount.
 */
export function MoneyInput({ label, description, currency, value, onChange, error, required, id, autoFocus, disabled }: {
  label: ReactNode; description?: ReactNode; currency: string; value: string; onChange: (amount: string) => void; error?: ReactNode; required?: boolean; id?: string; autoFocus?: boolean; disabled?: boolean;
}) {
  const { t, i18n } = useTranslation();
  const decimals = currencyDecimals(currency);
  const [typed, setTyped] = useState(trimZeros(value));
  const read = readMoney(typed, decimals);
  // The value was changed from outside, for instance by a slider: what was typed is then old.
  if (value !== "" && read !== value && Number(read ?? Number.NaN) !== Number(value)) setTyped(trimZeros(value));
  const wrong = typed !== "" && read === undefined ? t("Type an amount, for instance 1,50,000 or 1.5L.") : undefined;
  return (
    <TextInput
      id={id} label={label} autoFocus={autoFocus} required={required} inputMode="decimal" autoComplete="off" disabled={disabled} value={typed} error={wrong ?? error}
      leftSection={<span className="muted" style={{ fontSize: 12 }}>{currency}</span>} leftSectionWidth={46}
      description={read === undefined || read === "" ? description : <span aria-live="polite">{formatMoney({ amount: read, currency })} · {amountInWords(read, currency, i18n.language)}</span>}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(readMoney(event.currentTarget.value, decimals) ?? "");
      }}
    />
  );
}

function trimZeros(amount: string): string {
  return amount.replace(/\.0+$/, "");
}
