import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCommand } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm, shiftPercent } from "../../../ui/form.tsx";
import { humanise, plusDays } from "../../../ui/format.ts";
import { Section } from "../../../ui/layout.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { useSession } from "../../session.tsx";
import type { WorkbenchData } from "./workbench.tsx";

interface Condition { readonly code: string; readonly label: string; readonly stage: "documents" | "funding" }

/** The decision of a person: terms, reasons, conditions. Outside of the policy it is an override, with a last day. */
export function Decide({ data: w }: { data: WorkbenchData }) {
  const { t } = useTranslation();
  const { lender, me, may } = useSession();
  const navigate = useNavigate();
  const { application: app } = w;
  const { currency } = app.amount;
  const [outcome, setOutcome] = useState<"approve" | "decline">(w.policy.outcome === "decline" ? "decline" : "approve");
  const [amount, setAmount] = useState(app.amount.amount);
  const [term, setTerm] = useState(String(app.termMonths));
  const [rate, setRate] = useState(percentOf(w.policy.annualRate));
  const [reason, setReason] = useState("");
  const [expires, setExpires] = useState(plusDays(lender.businessDate, 15));
  const [conditions, setConditions] = useState<readonly Condition[]>([]);
  const rules = w.policy.rules.map((r) => ({ code: r.code, text: r.text }));
  const lost = w.score.lines.filter((l) => l.lost > 0).sort((a, b) => b.lost - a.lost).map((l) => ({ code: l.reasonCode, text: l.label }));
  const offered = [...rules, ...lost].filter((r, i, all) => all.findIndex((o) => o.code === r.code) === i).slice(0, 8);
  const [reasons, setReasons] = useState<readonly string[]>(offered.slice(0, 3).map((r) => r.code));
  const decide = useCommand<unknown>(`/applications/${app.id}/decision`, { onDone: () => void navigate({ to: `/applications/${app.id}` }) });
  if (!may("application.decision.make")) return null;
  if (app.state !== "referred" && app.state !== "declined") return <Section title={t("Decision")}><p className="muted">{t("This case is not waiting for a person's decision.")}</p></Section>;
  const override = outcome === "approve" && (w.policy.outcome === "decline" || app.state === "declined");
  const act = (event: FormEvent) => {
    event.preventDefault();
    const chosen = offered.filter((r) => reasons.includes(r.code)).slice(0, 4);
    void decide.run({
      outcome, reason, ...(chosen.length === 0 ? {} : { reasons: chosen }),
      ...(outcome === "approve" ? { amount: { amount, currency }, termMonths: Number(term), annualRate: shiftPercent(rate), expiresOn: expires, ...(conditions.length === 0 ? {} : { conditions }) } : {}),
    });
  };
  return (
    <Section title={t("Decision")}>
      {(!w.authority.mine || decide.problem?.code === "decision.above_authority") && <HandUp applicationId={app.id} state={app.state} roles={w.authority.needed.filter((r) => !me.roles.includes(r))} />}
      <form className="stack" style={{ marginTop: 10 }} onSubmit={act}>
        <ProblemNotice problem={decide.problem} />
        {override && <div className="notice warn">{app.state === "declined" ? t("This case was declined. Approving it is an override: it needs a reason, authority and a last day.") : t("The policy declined. Approving is an override: it needs a reason, authority and a last day.")}</div>}
        <NativeSelect label={t("Outcome")} value={outcome} data={[{ value: "approve", label: t("Approve") }, { value: "decline", label: t("Decline") }]} onChange={(e) => setOutcome(e.currentTarget.value as "approve")} />
        {outcome === "approve" && <>
          <div className="split"><MoneyInput label={t("Amount")} required currency={currency} value={amount} onChange={setAmount} error={fieldError(decide.problem, "/amount")} /><TextInput label={t("Months")} required inputMode="numeric" value={term} onChange={(e) => setTerm(e.currentTarget.value)} error={fieldError(decide.problem, "/termMonths")} /></div>
          <div className="split"><TextInput label={t("Yearly rate")} required rightSection="%" value={rate} onChange={(e) => setRate(e.currentTarget.value)} error={fieldError(decide.problem, "/annualRate")} /><TextInput type="date" label={t("Good until")} required value={expires} min={lender.businessDate} onChange={(e) => setExpires(e.currentTarget.value)} error={fieldError(decide.problem, "/expiresOn")} /></div>
          <Conditions value={conditions} onChange={setConditions} />
        </>}
        {offered.length > 0 && <fieldset className="stack" style={{ border: 0, padding: 0, margin: 0, gap: 4 }}><legend style={{ padding: 0, fontWeight: 550 }}>{outcome === "decline" ? t("Reasons the applicant is told, at most four") : t("Reasons on file")}</legend>{offered.map((r) => <label key={r.code} className="row"><input type="checkbox" checked={reasons.includes(r.code)} onChange={(e) => setReasons(e.currentTarget.checked ? [...reasons, r.code].slice(-4) : reasons.filter((c) => c !== r.code))} /><span className="mono">{r.code}</span> {r.text}</label>)}</fieldset>}
        <Textarea label={t("Why")} required minRows={2} autosize maxLength={1000} value={reason} onChange={(e) => setReason(e.currentTarget.value)} error={fieldError(decide.problem, "/reason")} />
        <Button type="submit" color={outcome === "decline" ? "red.9" : undefined} loading={decide.pending}>{override ? t("Approve by override") : outcome === "approve" ? t("Approve") : t("Decline")}</Button>
      </form>
    </Section>
  );
}

/** Whose authority the case needs; whoever lacks it hands the case up, with a reason, and the next of that role is served it. */
function HandUp({ applicationId, state, roles }: { applicationId: string; state: string; roles: readonly string[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const names = roles.map((r) => t(humanise(r))).join(", ");
  return (
    <div className="notice warn stack">
      <p>{roles.length === 0 ? t("Nobody's authority covers these terms; ask for less.") : t("Approving this needs the authority of: {{roles}}.", { roles: names })}</p>
      {roles.length > 0 && state === "referred" && <div><Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>{t("Hand up…")}</Button></div>}
      <Dialog title={t("Hand up to {{roles}}", { roles: names })} open={open} onClose={() => setOpen(false)}>
        <CommandForm path={`/applications/${applicationId}/hand-up`} submit="Hand up" body={(v) => ({ role: roles[0], reason: v["reason"] })} fields={[{ name: "reason", label: "What they should know", kind: "area", required: true }]} onDone={() => void navigate({ to: "/underwriting" })} />
      </Dialog>
    </div>
  );
}

function Conditions({ value, onChange }: { value: readonly Condition[]; onChange: (v: readonly Condition[]) => void }) {
  const { t } = useTranslation();
  const [label, setLabel] = useState("");
  const add = () => {
    if (label.trim() === "") return;
    const code = `c_${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_|_$/g, "").slice(0, 30) || String(value.length + 1)}`;
    onChange([...value, { code, label: label.trim(), stage: "funding" }]);
    setLabel("");
  };
  return (
    <div>
      {value.map((c) => <button type="button" key={c.code} className="token" style={{ margin: "0 6px 6px 0" }} onClick={() => onChange(value.filter((o) => o !== c))}>{c.label} ✕</button>)}
      <div className="row" style={{ alignItems: "flex-end" }}><TextInput label={t("Condition before funding")} value={label} onChange={(e) => setLabel(e.currentTarget.value)} style={{ flex: 1 }} /><Button size="sm" variant="default" onClick={add}>{t("Add")}</Button></div>
    </div>
  );
}

/** "0.14" is "14"; exact, by moving the point. */
function percentOf(fraction: string): string {
  const [, part = ""] = fraction.split(".");
  const digits = part.padEnd(2, "0");
  const whole = `${fraction.split(".")[0] ?? ""}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, "");
  const rest = digits.slice(2).replace(/0+$/, "");
  return rest === "" ? whole : `${whole}.${rest}`;
}
