import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "../../../ui/layout.tsx";

type Json = Record<string, unknown>;

/** Parts that a product may have or leave out: where each stands in the definition, and what it begins as. */
const OPTIONS: readonly { readonly label: string; readonly note: string; readonly path: readonly string[]; readonly start: unknown }[] = [
  { label: "Floating rate", note: "Follows an index: margin, cap, floor and resets.", path: ["schedule", "plan", "floating"], start: { index: "INDEX", margin: "0.03", cap: null, floor: null, firstResetMonths: 3, everyMonths: 3 } },
  { label: "Rate bands", note: "Another rate by how much is owed.", path: ["schedule", "plan", "tiers"], start: { on: "marginal", bands: [{ above: "0", upTo: null, plus: "0" }] } },
  { label: "Introductory rate", note: "A rate for the first installments.", path: ["schedule", "plan", "introductory"], start: { installments: 3, annualRate: "0.1" } },
  { label: "Payment holidays", note: "How many installments a borrower may put off.", path: ["paymentHolidays"], start: { installments: 1, interest: "accrues" } },
  { label: "Direct costs", note: "What making a loan costs the lender, taken by effective interest.", path: ["costs"], start: [{ code: "commission", label: { en: "Commission" }, basis: "percent_of_principal", value: "0.01" }] },
  { label: "Tax on late charges", note: "Raised beside each late charge.", path: ["lateFee", "taxRate"], start: "0.18" },
];

/** Adds and takes out parts of a draft; their settings are then edited with the others. */
export function ProductOptions({ definition, onChange }: { definition: Json; onChange: (d: Json) => void }) {
  const { t } = useTranslation();
  const fees = Array.isArray(definition["fees"]) ? (definition["fees"] as readonly Json[]) : [];
  // Each fee of the payout may be part of the yield instead of income on its day.
  const options = [
    ...OPTIONS.filter(({ path }) => path[0] !== "lateFee" || definition["lateFee"] !== null).map((option) => ({ ...option, label: t(option.label), note: t(option.note) })),
    ...fees.map((fee, i) => ({ label: t("Fee by effective interest: {{code}}", { code: String(fee["code"]) }), note: t("Income over the life of the loan, as part of its yield, instead of at once."), path: ["fees", String(i), "recognition"], start: "effective_interest" as unknown })),
  ];
  return (
    <Section title={t("Optional parts")}>
      <dl className="facts">{options.map(({ label, note, path, start }) => {
        const there = at(definition, path) !== undefined;
        return (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{note} <Button size="compact-sm" variant="default" aria-label={t(there ? "Take out: {{part}}" : "Add: {{part}}", { part: label })} onClick={() => onChange(there ? without(definition, path) : placed(definition, path, start))}>{t(there ? "Take out" : "Add")}</Button></dd>
          </div>
        );
      })}</dl>
    </Section>
  );
}

function at(node: Json, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value !== null && typeof value === "object" ? (value as Json)[key] : undefined), node);
}

function placed(node: Json, [head = "", ...rest]: readonly string[], value: unknown): Json {
  if (Array.isArray(node)) return node.map((each, i): unknown => (String(i) !== head ? each : rest.length === 0 ? value : placed(each as Json, rest, value))) as unknown as Json;
  return { ...node, [head]: rest.length === 0 ? value : placed((node[head] ?? {}) as Json, rest, value) };
}

/** A part whose last setting goes with it goes too, so that a plan without parts is no plan. */
function without(node: Json, [head = "", ...rest]: readonly string[]): Json {
  if (Array.isArray(node)) return node.map((each, i): unknown => (String(i) === head ? without(each as Json, rest) : each)) as unknown as Json;
  const { [head]: gone, ...others } = node;
  if (rest.length === 0) return others;
  const left = without(gone as Json, rest);
  return Object.keys(left).length === 0 ? others : { ...node, [head]: left };
}
