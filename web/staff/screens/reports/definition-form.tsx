import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { DefinitionItem } from "#modules/reporting/contract.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { Tree } from "../../../ui/explain.tsx";
import { CommandForm, type FormValues } from "../../../ui/form.tsx";
import { humanise } from "../../../ui/format.ts";
import { Facts } from "../../../ui/layout.tsx";
import { NameText } from "../../kit/names.tsx";
import { Can } from "../../session.tsx";

export type Definition = Static<typeof DefinitionItem>;
type Due = { readonly rule: "days_after"; readonly days: number } | { readonly rule: "on"; readonly month: number; readonly day: number };

const OWNERS = ["compliance_officer", "finance_officer", "credit_manager", "operations_officer"] as const;

/** One version of a definition; a new version can be made of the one in force. */
export function OneDefinition({ definition: d }: { definition: Definition }) {
  const { t } = useTranslation();
  const [changing, setChanging] = useState(false);
  return (
    <div className="stack">
      <h3>{t(d.name)}</h3>
      <Facts items={[["Version", d.version], ["Owner", t(humanise(d.ownerRole))], ["Made by", <NameText key="by" id={d.madeBy} />], ["Made at", d.madeAt, "instant"]]} />
      <Tree value={{ due: d.due, settings: d.settings }} />
      {d.state === "in_force" && <Can permission="report.regulatory.define"><div><Button variant="default" size="compact-sm" onClick={() => setChanging(true)}>{t("New version…")}</Button></div></Can>}
      <Dialog title={t("New version of a report")} open={changing} onClose={() => setChanging(false)}><VersionForm definition={d} onDone={() => setChanging(false)} /></Dialog>
    </div>
  );
}

function VersionForm({ definition: d, onDone }: { definition: Definition; onDone: () => void }) {
  const { t } = useTranslation();
  const due = d.due as Due;
  return (
    <CommandForm path="/report-definitions" submit="Put in force" onDone={onDone} onCancel={onDone} body={(values) => bodyFrom(d, values)}
      note={<p className="muted">{t("Periods that are in the calendar keep the version they came with.")}</p>}
      fields={[
        { name: "name", label: "Report", required: true, initial: d.name }, { name: "ownerRole", label: "Owner", kind: "choice", required: true, initial: d.ownerRole, options: OWNERS.map((role) => ({ value: role, label: humanise(role) })) },
        { name: "days", label: "Days after the period", kind: "integer", pointer: "/due", initial: due.rule === "days_after" ? String(due.days) : "", description: "Leave empty where it is due on a fixed day of the year." },
        { name: "month", label: "Month", kind: "integer", initial: due.rule === "on" ? String(due.month) : "" }, { name: "day", label: "Day", kind: "integer", initial: due.rule === "on" ? String(due.day) : "" },
        { name: "settings", label: "Settings", kind: "area", required: true, initial: JSON.stringify(d.settings, null, 1), description: "As JSON: names and numbers at the receiver, products, codes." },
      ]} />
  );
}

/** What is no JSON is sent as it is: the server's answer names the field. */
function bodyFrom(d: Definition, values: FormValues): object {
  let settings: unknown = values["settings"];
  try {
    settings = JSON.parse(values["settings"] ?? "");
  } catch {}
  const due = values["days"] === "" ? { rule: "on", month: Number(values["month"]), day: Number(values["day"]) } : { rule: "days_after", days: Number(values["days"]) };
  return { code: d.code, name: values["name"], kind: d.kind, ownerRole: values["ownerRole"], period: d.period, due, settings };
}
