import { Button, Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ApiProblem } from "../api/client.ts";
import { useCommand } from "../api/hooks.ts";
import { MoneyInput } from "./money-input.tsx";
import { fieldError, fieldId, ProblemNotice } from "./problem-notice.tsx";

export interface FieldSpec {
  readonly name: string;
  readonly label: string;
  readonly kind?: "text" | "area" | "money" | "date" | "choice" | "check" | "integer" | "percent" | "email" | "password";
  readonly required?: boolean;
  readonly description?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly initial?: string;
  readonly currency?: string;
  /** Pointer of this field in the request, when it is not /name. */
  readonly pointer?: string;
  readonly autoComplete?: string;
  /** Latest or earliest day allowed. */
  readonly max?: string;
  readonly min?: string;
}

export type FormValues = Readonly<Record<string, string>>;

/** Starting values of a form. */
export function initialValues(fields: readonly FieldSpec[]): FormValues {
  return Object.fromEntries(fields.map((f) => [f.name, f.initial ?? ""]));
}

/** One field by its kind, with its label, help and error. */
export function Field({ spec, value, onChange, problem, focus }: { spec: FieldSpec; value: string; onChange: (value: string) => void; problem?: ApiProblem | null; focus?: boolean }) {
  const { t } = useTranslation();
  const pointer = spec.pointer ?? `/${spec.name}`;
  const shared = { id: fieldId(pointer), label: t(spec.label), description: spec.description === undefined ? undefined : t(spec.description), error: fieldError(problem, pointer), required: spec.required, "data-autofocus": focus };
  const set = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);
  switch (spec.kind ?? "text") {
    case "money": return <MoneyInput {...shared} currency={spec.currency ?? "INR"} value={value} onChange={onChange} />;
    case "area": return <Textarea {...shared} value={value} autosize minRows={2} maxRows={8} onChange={set} />;
    case "choice": return <NativeSelect {...shared} value={value} onChange={set} data={[...(spec.initial === undefined || spec.initial === "" ? [{ value: "", label: t("Choose…") }] : []), ...(spec.options ?? []).map((o) => ({ value: o.value, label: t(o.label) }))]} />;
    case "check": return <Checkbox id={shared.id} label={shared.label} description={shared.description} error={shared.error} checked={value === "true"} onChange={(event) => onChange(String(event.currentTarget.checked))} />;
    case "date": return <TextInput {...shared} type="date" value={value} max={spec.max} min={spec.min} onChange={set} />;
    case "percent": return <TextInput {...shared} inputMode="decimal" rightSection="%" value={value} onChange={set} />;
    case "integer": return <TextInput {...shared} inputMode="numeric" value={value} onChange={set} />;
    default: return <TextInput {...shared} type={spec.kind === "email" || spec.kind === "password" ? spec.kind : "text"} value={value} autoComplete={spec.autoComplete ?? "off"} onChange={set} />;
  }
}

/** What a form's text means to the API: money with its currency, numbers as numbers, nothing for an empty optional field. */
export function bodyOf(fields: readonly FieldSpec[], values: FormValues): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const f of fields) {
    const value = values[f.name] ?? "";
    if (value === "" && f.kind !== "check") continue;
    if (f.kind === "money") body[f.name] = { amount: value, currency: f.currency ?? "INR" };
    else if (f.kind === "integer") body[f.name] = Number(value);
    else if (f.kind === "check") body[f.name] = value === "true";
    else if (f.kind === "percent") body[f.name] = shiftPercent(value);
    else body[f.name] = value;
  }
  return body;
}

/** Exact: moves the point two places. @example shiftPercent("7.25") is "0.0725" */
export function shiftPercent(text: string): string {
  const [whole = "0", fraction = ""] = text.trim().split(".");
  const padded = whole.padStart(3, "0");
  return `${padded.slice(0, -2).replace(/^0+(?=\d)/, "")}.${padded.slice(-2)}${fraction}`.replace(/0+$/, "").replace(/\.$/, "");
}

export interface CommandFormProps<R> {
  readonly path: string;
  readonly method?: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly fields: readonly FieldSpec[];
  readonly submit: string;
  readonly tone?: "bad";
  readonly note?: ReactNode;
  readonly ifMatch?: string;
  readonly body?: (values: FormValues) => unknown;
  readonly onDone?: (result: R) => void;
  readonly onCancel?: () => void;
  readonly extra?: (values: FormValues) => ReactNode;
}

/** A command as a form: all field errors at once, one pending state, the key kept while the same command is tried again. */
export function CommandForm<R>({ path, method, fields, submit, tone, note, ifMatch, body, onDone, onCancel, extra }: CommandFormProps<R>) {
  const { t } = useTranslation();
  const [values, setValues] = useState(() => initialValues(fields));
  const command = useCommand<unknown, R>(path, { method, onDone });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void command.run((body ?? ((v) => bodyOf(fields, v)))(values), { ifMatch });
  };
  return (
    <form onSubmit={act} noValidate={false} onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && act(event)}>
      <div className="stack">
        <ProblemNotice problem={command.problem} />
        {note}
        {fields.map((f, i) => <Field key={f.name} spec={f} value={values[f.name] ?? ""} problem={command.problem} focus={i === 0} onChange={(v) => setValues((all) => ({ ...all, [f.name]: v }))} />)}
        {extra?.(values)}
        <div className="row form-acts" style={{ justifyContent: "flex-end" }}>
          {onCancel !== undefined && <Button variant="default" size="sm" onClick={onCancel}>{t("Cancel")}</Button>}
          <Button type="submit" size="sm" color={tone === "bad" ? "red.9" : undefined} loading={command.pending} aria-keyshortcuts="Control+Enter">{t(submit)}</Button>
        </div>
      </div>
    </form>
  );
}
