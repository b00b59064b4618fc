import { NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ApiProblem } from "../../../api/client.ts";
import { formatRate, humanise } from "../../../ui/format.ts";
import { Section } from "../../../ui/layout.tsx";
import { fieldError } from "../../../ui/problem-notice.tsx";

type Json = Record<string, unknown>;

const GROUPS: readonly { readonly title: string; readonly keys: readonly string[] }[] = [
  { title: "Amounts and terms", keys: ["limits"] }, { title: "Schedule and interest", keys: ["schedule", "paymentHolidays"] }, { title: "Pricing", keys: ["pricing"] }, { title: "Fees and charges", keys: ["fees", "lateFee", "penalCharge"] },
  { title: "Order of payment", keys: ["allocation"] }, { title: "Delinquency and reminders", keys: ["delinquency", "reminders"] }, { title: "Checks and authority", keys: ["checks", "authority", "checklist", "flow"] },
];

/** The settings people change most, each in its own field, by the paths of the definition itself. */
export function Settings({ definition, editable, onChange, problem }: { definition: Json; editable: boolean; onChange: (d: Json) => void; problem: ApiProblem | null }) {
  const { t } = useTranslation();
  return (
    <>
      {GROUPS.map((g) => (
        <Section key={g.title} title={t(g.title)}>
          <dl className="facts">{g.keys.flatMap((key) => leaves(definition[key], [key], t)).map(({ path, value, list }) => (
            <div key={path.join("/")}>
              <dt>{path.slice(path[0] === g.keys[0] && g.keys.length === 1 ? 1 : 0).map((p) => (/^\d+$/.test(p) ? String(Number(p) + 1) : t(humanise(p)))).join(" · ")}</dt>
              <dd>{editable && typeof value === "boolean" ? <NativeSelect size="xs" aria-label={path.join(" ")} value={String(value)} data={[{ value: "true", label: t("Yes") }, { value: "false", label: t("No") }]} onChange={(e) => onChange(replaced(definition, path, e.currentTarget.value === "true"))} />
                : editable && !list ? <TextInput size="xs" aria-label={path.join(" ")} value={value === null ? "" : String(value as string)} error={fieldError(problem, `/definition/${path.join("/")}`)} onChange={(e) => onChange(replaced(definition, path, cast(e.currentTarget.value, value)))} /> : shown(path, value, t)}</dd>
            </div>
          ))}</dl>
        </Section>
      ))}
    </>
  );
}

function shown(path: readonly string[], value: unknown, t: (k: string) => string): string {
  if (value === null || value === "") return "–";
  if (typeof value === "boolean") return value ? t("Yes") : t("No");
  if (/rate/i.test(path.at(-1) ?? "") && typeof value === "string" && /^\d*\.?\d+$/.test(value)) return formatRate(value);
  return typeof value === "string" && /^[a-z_-]+$/.test(value) ? t(humanise(value)) : String(value as string);
}

/** Keeps the type of what was there: a number stays a number, yes and no stay yes and no. */
function cast(text: string, before: unknown): unknown {
  if (typeof before === "number") return /^-?\d+$/.test(text) ? Number(text) : before;
  if (typeof before === "boolean") return text === "true";
  if (before === null) return text === "" ? null : text;
  return text;
}

interface Leaf { readonly path: readonly string[]; readonly value: unknown; /** Several plain values in one line: changed in the text form. */ readonly list?: boolean }

function leaves(value: unknown, path: readonly string[], t: (k: string) => string): readonly Leaf[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) {
    const simple = (value as unknown[]).every((v) => typeof v !== "object");
    if (simple) return [{ path, list: true, value: (value as unknown[]).length > 14 ? `${String(value[0])} … ${String(value.at(-1))}` : (value as unknown[]).map((v) => (typeof v === "string" ? t(humanise(v)) : String(v))).join(", ") || null }];
    return (value as unknown[]).flatMap((v, i) => leaves(v, [...path, String(i)], t));
  }
  if (value !== null && typeof value === "object") return Object.entries(value).filter(([k]) => !["hi", "text", "body"].includes(k)).flatMap(([k, v]) => leaves(v, [...path, k], t));
  return [{ path, value }];
}

function replaced(node: unknown, path: readonly string[], value: unknown): Json {
  const [head = "", ...rest] = path;
  if (Array.isArray(node)) return (node as unknown[]).map((v, i) => (String(i) === head ? (rest.length === 0 ? value : replaced(v, rest, value)) : v)) as unknown as Json;
  const before = node as Json;
  // A list of plain words is shown joined; it is edited in the text form only.
  if (rest.length === 0 && Array.isArray(before[head])) return before;
  return { ...before, [head]: rest.length === 0 ? value : replaced(before[head], rest, value) };
}
