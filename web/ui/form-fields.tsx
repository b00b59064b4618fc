import { NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ApiProblem } from "../api/client.ts";
import { inLanguage, type FormField } from "../api/forms.ts";
import { formatDate } from "./format.ts";
import { MoneyInput } from "./money-input.tsx";
import { fieldError, fieldId } from "./problem-notice.tsx";

const ADDRESS = [["line1", "House and street", "address-line1"], ["line2", "Area, landmark (if any)", "address-line2"], ["city", "City", "address-level2"], ["region", "State", "address-level1"], ["postalCode", "Postal code", "postal-code"]] as const;

const COMPLETE: Readonly<Record<string, string>> = { givenName: "given-name", familyName: "family-name", birthDate: "bday", phone: "tel", email: "email" };

/** One question of a product's form, by its kind, with the reason why it is asked. */
export function FormFieldInput({ field, value, onChange, problem, prefix, currency, country }: {
  field: FormField; value: unknown; onChange: (value: unknown) => void; problem: ApiProblem | null; prefix: string; currency: string; country: string;
}) {
  const { t, i18n } = useTranslation();
  const label = inLanguage(field.label, i18n.language);
  const pointer = `${prefix}/${field.name}`;
  const text = value === undefined || value === null ? "" : String(value as string);
  const shared = { id: fieldId(pointer), label, description: field.why === undefined ? undefined : inLanguage(field.why, i18n.language), required: field.required, error: fieldError(problem, pointer) };
  const set = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);
  switch (field.kind) {
    case "money": return <MoneyInput {...shared} currency={currency} value={text} onChange={onChange} />;
    case "integer": return <TextInput {...shared} inputMode="numeric" pattern="[0-9]*" value={text} onChange={set} />;
    case "date": return <TextInput {...shared} type="date" value={text} autoComplete={COMPLETE[field.name]} onChange={set} />;
    case "phone": return <TextInput {...shared} type="tel" inputMode="tel" autoComplete="tel" placeholder={country === "IN" ? "+91 98765 43210" : "+1 515 555 0100"} value={text} onChange={set} />;
    case "email": return <TextInput {...shared} type="email" autoComplete="email" value={text} onChange={set} />;
    case "yes_no": return <Choices {...shared} value={text} options={[{ value: "true", label: t("Yes") }, { value: "false", label: t("No") }]} onChange={(v) => onChange(v === "true")} />;
    case "choice": {
      const options = (field.options ?? []).map((o) => ({ value: o.value, label: inLanguage(o.label, i18n.language) }));
      return options.length <= 6 ? <Choices {...shared} value={text} options={options} onChange={onChange} /> : <NativeSelect {...shared} value={text} data={[{ value: "", label: t("Choose…") }, ...options]} onChange={set} />;
    }
    case "address": return <Address {...shared} value={(value ?? {}) as Record<string, string>} onChange={onChange} country={country} problem={problem} pointer={pointer} />;
    default: return <TextInput {...shared} value={text} autoCapitalize={field.kind === "identifier" ? "characters" : undefined} autoComplete={COMPLETE[field.name] ?? "off"} onChange={set} />;
  }
}

function Choices({ id, label, description, required, error, value, options, onChange }: { id: string; label: string; description?: string; required: boolean; error?: string; value: string; options: readonly { value: string; label: string }[]; onChange: (value: string) => void }) {
  return (
    <fieldset className="b-choices" aria-describedby={error === undefined ? undefined : `${id}-error`}>
      <legend>{label}{required && <span aria-hidden className="neg"> *</span>}</legend>
      {description !== undefined && <p className="muted" style={{ fontSize: 14, marginBottom: 6 }}>{description}</p>}
      {options.map((o, i) => <label key={o.value}><input type="radio" id={i === 0 ? id : undefined} name={id} value={o.value} required={required} checked={value === o.value} onChange={() => onChange(o.value)} />{o.label}</label>)}
      {error !== undefined && <p id={`${id}-error`} className="neg" style={{ fontSize: 14 }}>{error}</p>}
    </fieldset>
  );
}

function Address({ label, description, value, onChange, country, problem, pointer, required }: { label: string; description?: string; value: Record<string, string>; onChange: (v: Record<string, string>) => void; country: string; problem: ApiProblem | null; pointer: string; required: boolean }) {
  const { t } = useTranslation();
  return (
    <fieldset className="b-group"><legend>{label}</legend>
      {description !== undefined && <p className="muted">{description}</p>}
      {ADDRESS.map(([part, name, complete]) => <TextInput key={part} id={fieldId(`${pointer}/${part}`)} label={t(name)} required={required && part !== "line2"} autoComplete={complete} value={value[part] ?? ""} error={fieldError(problem, `${pointer}/${part}`)} onChange={(e) => {
        const next = { ...value, country, [part]: e.currentTarget.value };
        if (next[part] === "" && part === "line2") delete (next as Record<string, string>)["line2"];
        onChange(next);
      }} />)}
      {Object.keys(value).length === 0 && fieldError(problem, pointer) !== undefined && <p className="neg">{fieldError(problem, pointer)}</p>}
    </fieldset>
  );
}

/** An answer in words, for check-answers pages and the case file. */
export function AnswerText({ field, value, currency }: { field: FormField; value: unknown; currency: string }) {
  const { t, i18n } = useTranslation();
  if (value === undefined || value === null || value === "") return <span className="muted">{t("Not answered")}</span>;
  if (field.kind === "choice") return <>{inLanguage(field.options?.find((o) => o.value === value)?.label, i18n.language) || String(value as string)}</>;
  if (field.kind === "date" && typeof value === "string" && value.length === 10 && !value.includes("•")) return <>{formatDate(value)}</>;
  if (field.kind === "yes_no") return <>{value === true || value === "true" ? t("Yes") : t("No")}</>;
  if (field.kind === "money") return <>{new Intl.NumberFormat(i18n.language === "hi" ? "hi-IN" : currency === "INR" ? "en-IN" : "en-US", { style: "currency", currency }).format((typeof value === "object" ? (value as { amount: string }).amount : value) as number)}</>;
  if (typeof value === "object") return <>{["line1", "line2", "city", "region", "postalCode"].map((k) => (value as Record<string, string>)[k]).filter(Boolean).join(", ")}</>;
  return <>{String(value as string)}</>;
}
