import { NativeSelect, Textarea, TextInput, type InputWrapperProps } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DAY_COUNT_CONVENTIONS } from "#engine/daycount.ts";
import { humanise } from "../../../ui/format.ts";
import { Section } from "../../../ui/layout.tsx";
import type { LabRefusal } from "./result.ts";
import type { LabInput } from "./terms.ts";

type Field = keyof LabInput;
interface Item { readonly field: Field; readonly label: string; readonly options?: readonly string[]; readonly help?: string; readonly kind?: "date" | "lines" | "number"; readonly when?: (input: LabInput) => boolean }

const SECTIONS: readonly { readonly title: string; readonly open?: boolean; readonly items: readonly Item[] }[] = [
  { title: "Loan", open: true, items: [
    { field: "currency", label: "Currency", options: ["INR", "USD", "EUR", "JPY", "KWD"] }, { field: "principal", label: "Amount", kind: "number" }, { field: "rate", label: "Yearly rate, %", kind: "number" },
    { field: "count", label: "Installments", kind: "number" }, { field: "every", label: "Each", kind: "number" }, { field: "unit", label: "Unit", options: ["days", "weeks", "months", "quarters", "years"] },
    { field: "start", label: "Paid out", kind: "date" }, { field: "first", label: "First due date", kind: "date", help: "Empty: one period on" },
  ] },
  { title: "Schedule", open: true, items: [
    { field: "model", label: "Model", options: ["classic", "progressive", "daily_simple"] }, { field: "amortization", label: "Principal", options: ["equal_installments", "equal_principal", "interest_only", "bullet"] },
    { field: "amount", label: "Given installment", kind: "number", help: "Empty: solved" }, { field: "multiple", label: "Rounded to", kind: "number", help: "For instance 1.00" }, { field: "balloon", label: "Balloon", kind: "number" },
    { field: "gracePrincipal", label: "Rows without principal", kind: "number" }, { field: "graceInterest", label: "Rows without interest", kind: "number" },
    { field: "graceRule", label: "Their interest", options: ["none", "accrue_to_first", "capitalise"], when: (i) => i.graceInterest !== "0" }, { field: "down", label: "Down payment, %", kind: "number" }, { field: "length", label: "Fixed length, days", kind: "number" },
    { field: "prepayment", label: "Money ahead", options: ["next_installments", "reduce_term", "reduce_installment"] },
  ] },
  { title: "Interest", items: [
    { field: "method", label: "Method", options: ["declining", "flat", "precomputed"] }, { field: "calculation", label: "Counted by", options: ["equal_periods", "actual_days"] }, { field: "year", label: "Days of the year", options: ["365", "360", "364", "actual"] },
    { field: "dayCount", label: "Day count convention", options: ["", ...DAY_COUNT_CONVENTIONS], when: (i) => i.calculation === "actual_days" },
    { field: "rebate", label: "Rebate", options: ["rule_of_78", "actuarial"], when: (i) => i.method === "precomputed" }, { field: "chargeBy", label: "Charge", options: ["add_on", "annuity"], when: (i) => i.method === "precomputed" },
    { field: "pauses", label: "No interest", kind: "lines", help: "2026-05-01 .. 2026-07-01" }, { field: "rounding", label: "Rounding", options: ["half-even", "half-up", "half-down", "up", "down"] },
  ] },
  { title: "Rates that vary", items: [
    { field: "rateSteps", label: "From installment = rate, %", kind: "lines", help: "13 = 12.5" }, { field: "tiers", label: "Balance above - up to = plus %", kind: "lines", help: "0 - 50000 = 0; 50000 - = -1.5" },
    { field: "tiersOn", label: "Bands count for", options: ["whole_balance", "marginal"], when: (i) => i.tiers !== "" }, { field: "onChange", label: "A change of rate", options: ["payment", "level", "term"], when: (i) => i.rateSteps !== "" || i.tiers !== "" },
  ] },
  { title: "Payments that vary", items: [
    { field: "graduated", label: "Grows", help: "5 % every 12, 4 times" }, { field: "payments", label: "From installment = amount", kind: "lines", help: "1 = 5000; 13 = 9000" },
    { field: "seasonal", label: "Month = share, %", kind: "lines", help: "6 = 0; 7 = 0; 11 = 150" }, { field: "unpaid", label: "Interest of months without", options: ["none", "accrue_to_first", "capitalise", "pay"], when: (i) => i.seasonal !== "" },
    { field: "custom", label: "Given rows", kind: "lines", help: "2026-03-01 5000.00, or 2026-03-01 principal 4000.00; the last may name no amount" },
  ] },
  { title: "Dates", items: [
    { field: "dates", label: "Due dates", help: "month_end, semi_monthly 1, 15 or nth_weekday 2, 5" }, { field: "roll", label: "On a day without work", options: ["none", "following", "modified_following", "preceding"] }, { field: "holidays", label: "Holidays", kind: "lines", help: "2026-08-15; 2026-10-02", when: (i) => i.roll !== "none" },
  ] },
  { title: "Fees", items: [
    { field: "feePercent", label: "At payout, %", kind: "number" }, { field: "feeFlat", label: "At payout", kind: "number" }, { field: "feeDeducted", label: "Kept back", options: ["yes", "no"] }, { field: "installmentFee", label: "With each installment", kind: "number" },
  ] },
];

/** Every term of a loan, by what it is about; parts that most loans leave alone are folded. */
export function LabForm({ input, refusal, onChange }: { input: LabInput; refusal: LabRefusal | null; onChange: (change: Partial<LabInput>) => void }) {
  const { t } = useTranslation();
  return (
    <Section title={t("Terms")}>
      <div className="stack lab-form">
        {SECTIONS.map((section) => (
          <details key={section.title} open={section.open === true || section.items.some((i) => i.field === refusal?.field)}>
            <summary>{t(section.title)}</summary>
            <div className="lab-fields">{section.items.filter((i) => i.when?.(input) ?? true).map((item) => <LabField key={item.field} item={item} value={input[item.field]} error={refusal?.field === item.field ? refusal.message : undefined} onChange={(value) => onChange({ [item.field]: value })} />)}</div>
          </details>
        ))}
      </div>
    </Section>
  );
}

const ORDER: InputWrapperProps["inputWrapperOrder"] = ["label", "input", "description", "error"];

function LabField({ item, value, error, onChange }: { item: Item; value: string; error: string | undefined; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const shared = { label: t(item.label), description: item.help === undefined ? undefined : t(item.help), value, error, size: "xs" as const, inputWrapperOrder: ORDER, onChange: (e: { currentTarget: { value: string } }) => onChange(e.currentTarget.value) };
  if (item.options !== undefined) return <NativeSelect {...shared} data={item.options.map((o) => ({ value: o, label: o === "" ? t("as days of the year") : /^[A-Z0-9]/.test(o) ? o : t(humanise(o)) }))} />;
  if (item.kind === "lines") return <Textarea {...shared} autosize minRows={1} maxRows={8} />;
  return <TextInput {...shared} type={item.kind === "date" ? "date" : "text"} inputMode={item.kind === "number" ? "decimal" : undefined} />;
}
