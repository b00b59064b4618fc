import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { IndexFixingItem } from "#modules/servicing/contract.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm, shiftPercent } from "../../../ui/form.tsx";
import { Page } from "../../../ui/layout.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { ButtonLink } from "../../kit/link.tsx";
import { Can, useSession } from "../../session.tsx";

const COLUMNS: readonly Column<Static<typeof IndexFixingItem>>[] = [
  { key: "fixingDate", label: "Day", kind: "date", sort: true, filter: true }, { key: "index", label: "Index", sort: true, filter: true }, { key: "rate", label: "Rate", cell: (r) => <span className="mono">{percentOf(r.rate)}</span> },
  { key: "source", label: "Source", filter: true }, { key: "makerId", label: "Asked by", names: "person", filter: true }, { key: "approverId", label: "Agreed by", names: "person", filter: true }, { key: "recordedAt", label: "Recorded at", kind: "instant", sort: true, hidden: true },
];

/** The decimal fraction as per cent, by its digits. @example percentOf("-0.0005") is "-0.05 %" */
function percentOf(fraction: string): string {
  const below = fraction.startsWith("-");
  const [whole = "0", rest = ""] = fraction.replace("-", "").split(".");
  const digits = rest.padEnd(2, "0");
  const shown = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, "") + (digits.length > 2 ? `.${digits.slice(2)}` : "");
  return `${below ? "-" : ""}${shown} %`;
}

/** Published values of the indexes that floating rates follow: two people agree on each, and end of day carries it to the loans. */
export function IndexRates() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [open, setOpen] = useState(false);
  const [sent, setSent] = useState(false);
  return (
    <Page title={t("Index rates")} note={t("What floating rates follow. A fixing reaches every loan of its index at the end of the day, and its rate moves at the loan's next reset.")} actions={<Can permission="rate.fixing.propose"><Button size="sm" variant="default" onClick={() => setOpen(true)}>{t("Enter a fixing…")}</Button></Can>}>
      {sent && <div className="notice good" role="status">{t("Proposed. A second person agrees under Approvals.")} <ButtonLink size="compact-sm" to="/approvals">{t("Approvals")}</ButtonLink></div>}
      <DataTable path="/index-fixings" list="servicing.index_fixings" caption="Fixings" columns={COLUMNS} rowKey={(r) => r.id} empty={t("No fixing was entered yet.")} searchLabel="Index or source" />
      <Dialog title={t("Enter a fixing")} open={open} onClose={() => setOpen(false)}>
        <CommandForm path="/index-fixings" submit="Propose" note={<p className="muted">{t("It never changes once a second person has agreed.")}</p>} fields={[
          { name: "index", label: "Index", required: true, description: "As the product names it." }, { name: "fixingDate", label: "Day", kind: "date", required: true, initial: lender.businessDate, max: lender.businessDate },
          { name: "rate", label: "Rate a year", kind: "percent", required: true }, { name: "source", label: "Source", required: true, description: "Where it was published." },
        ]} body={(v) => ({ index: v["index"], fixingDate: v["fixingDate"], rate: fractionOf(v["rate"] ?? ""), source: v["source"] })} onCancel={() => setOpen(false)} onDone={() => {
          setOpen(false);
          setSent(true);
        }} />
      </Dialog>
    </Page>
  );
}

/** An index may stand below zero. */
function fractionOf(percent: string): string {
  const text = percent.trim();
  return text.startsWith("-") ? `-${shiftPercent(text.slice(1))}` : shiftPercent(text);
}
