import { Button } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCommand } from "../../../api/hooks.ts";
import { bodyOf, Field, type FieldSpec, type FormValues } from "../../../ui/form.tsx";
import { Empty } from "../../../ui/loaded.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { useSession } from "../../session.tsx";
import { Preview } from "./preview.tsx";
import type { Loan } from "./types.ts";

const KINDS = [
  { value: "extend", label: "More installments" }, { value: "defer", label: "Put installments off" }, { value: "pause_interest", label: "Pause interest" },
  { value: "capitalise_interest", label: "Make interest due principal" }, { value: "settle", label: "Settle for less" },
];
const REASON: FieldSpec = { name: "reason", label: "Reason", kind: "area", required: true };

/** What each kind of change asks for. */
function fieldsOf(kind: string, currency: string, today: string): FieldSpec[] {
  switch (kind) {
    case "extend": return [{ name: "installments", label: "How many more", kind: "integer", required: true }];
    case "defer": return [
      { name: "installments", label: "How many are put off", kind: "integer", required: true },
      { name: "interest", label: "Interest meanwhile", kind: "choice", initial: "accrues", required: true, options: [{ value: "accrues", label: "Runs on" }, { value: "none", label: "None runs: a second person decides" }] },
    ];
    case "pause_interest": return [{ name: "from", label: "First day without interest", kind: "date", required: true, min: today, initial: today }, { name: "to", label: "Interest runs again from", kind: "date", required: true, min: today }];
    case "capitalise_interest": return [{ name: "amount", label: "Amount", kind: "money", currency, description: "Left empty: all interest that is due." }];
    default: return [
      { name: "amount", label: "Amount received", kind: "money", currency, required: true },
      { name: "channel", label: "Channel", kind: "choice", initial: "bank_transfer", required: true, options: ["bank_transfer", "cash", "cheque", "card", "other"].map((c) => ({ value: c, label: CHANNEL_LABELS[c] ?? c })) },
      { name: "reference", label: "Reference" },
    ];
  }
}

const CHANNEL_LABELS: Readonly<Record<string, string>> = { bank_transfer: "Bank transfer", cash: "Cash", cheque: "Cheque", card: "Card", other: "Other" };

/** A lasting change of a running loan, with what it would do beside it before anything is done. Where money is given up a second person decides. */
export function ModifyLoan({ loan, onDone }: { loan: Loan; onDone: (proposed: boolean) => void }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [kind, setKind] = useState("extend");
  const [values, setValues] = useState<FormValues>({});
  const fields = fieldsOf(kind, loan.currency, lender.businessDate);
  const filled = { ...Object.fromEntries(fields.map((f) => [f.name, f.initial ?? ""])), ...values };
  const ready = fields.every((f) => f.required !== true || filled[f.name] !== "");
  const asked = JSON.stringify({ kind, ...bodyOf(fields, filled) });
  const [settled, setSettled] = useState(asked);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(asked), 300);
    return () => clearTimeout(timer);
  }, [asked]);
  const command = useCommand<unknown, { approvalRequestId?: string }>(`/loan-accounts/${loan.id}/modifications`, { onDone: (result) => onDone(result.approvalRequestId !== undefined) });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void command.run({ ...(JSON.parse(asked) as object), reason: values["reason"] ?? "" });
  };
  const set = (name: string) => (value: string) => setValues((all) => ({ ...all, [name]: value }));
  const gives = kind === "settle" || kind === "pause_interest" || (kind === "defer" && filled["interest"] === "none");
  return (
    <div className="split narrow-left">
      <form className="stack" onSubmit={act}>
        <ProblemNotice problem={command.problem} />
        <Field spec={{ name: "kind", label: "What changes", kind: "choice", options: KINDS }} value={kind} focus onChange={(value) => {
          setKind(value);
          setValues({ reason: values["reason"] ?? "" });
        }} />
        {fields.map((f) => <Field key={`${kind}-${f.name}`} spec={f} value={filled[f.name] ?? ""} problem={command.problem} onChange={set(f.name)} />)}
        <Field spec={REASON} value={values["reason"] ?? ""} problem={command.problem} onChange={set("reason")} />
        {gives && <p className="muted">{t("Money is given up by this: a second person decides.")}</p>}
        <div className="row form-acts" style={{ justifyContent: "flex-end" }}><Button type="submit" size="sm" loading={command.pending} disabled={!ready}>{t(gives ? "Propose" : "Change the loan")}</Button></div>
      </form>
      {ready && settled === asked ? <Preview id={loan.id} body={withoutMoneyPlace(settled)} /> : <Empty>{t("What it would do stands here before anything is done.")}</Empty>}
    </div>
  );
}

/** The preview needs no reference of the money. */
function withoutMoneyPlace(asked: string): unknown {
  const { reference: _, ...rest } = JSON.parse(asked) as Record<string, unknown>;
  return rest;
}
