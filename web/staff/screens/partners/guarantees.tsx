import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { GuaranteedLoanItem, GuaranteeItem, GuaranteeJson } from "#modules/partners/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm, shiftPercent, type FormValues } from "../../../ui/form.tsx";
import { formatDate, humanise } from "../../../ui/format.ts";
import { Facts, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyText, RateText, StatusTag } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { Can, useSession } from "../../session.tsx";

/** Guarantees of pools of loans, in every list of them. */
export const GUARANTEES: readonly Column<Static<typeof GuaranteeItem>>[] = [
  { key: "name", label: "Name", sort: true }, { key: "partner", label: "Partner", sort: true }, { key: "cap", label: "Cap", kind: "rate" }, { key: "limit", label: "Limit", kind: "money" }, { key: "claimed", label: "Claimed", kind: "money" }, { key: "left", label: "Left", kind: "money" },
  { key: "loans", label: "Loans", kind: "integer" }, { key: "fromDate", label: "From", kind: "date", sort: true, filter: true }, { key: "throughDate", label: "Through", kind: "date", sort: true, filter: true }, { key: "form", label: "Form", kind: "words", filter: true, options: ["cash", "fixed_deposit", "bank_guarantee"] },
  { key: "state", label: "State", kind: "status", sort: true, filter: true, options: ["proposed", "active", "rejected"] }, { key: "madeBy", label: "Made by", names: "person", hidden: true }, { key: "madeAt", label: "Made at", kind: "instant", sort: true, hidden: true },
];
const LOANS: readonly Column<Static<typeof GuaranteedLoanItem>>[] = [
  { key: "number", label: "Loan", sort: true, filter: true, cell: (r) => <SubjectLink id={r.loanAccountId} label={r.number} /> }, { key: "borrowerName", label: "Borrower", sort: true }, { key: "daysPastDue", label: "Days past due", kind: "integer", sort: true, filter: true }, { key: "overdue", label: "Past due", kind: "money", sort: true },
  { key: "principal", label: "Principal", kind: "money", sort: true }, { key: "disbursed", label: "Lent", kind: "money", hidden: true }, { key: "claim", label: "Claim", kind: "status", filter: true, options: ["proposed", "claimed"] }, { key: "claimed", label: "Claimed", kind: "money" }, { key: "claimedOn", label: "Claimed on", kind: "date" },
];

/** A guarantee: how much of its limit is used, what stands behind it today, and what can be claimed. */
export function Guarantee() {
  const { t } = useTranslation();
  const id = useParam("id");
  const [claiming, setClaiming] = useState(false);
  const [said, setSaid] = useState(false);
  const query = useGet<GuaranteeJson>(`/guarantees/${id}`);
  return (
    <Loaded query={query}>
      {(g) => (
        <Page title={g.name} note={<>{g.partner} · {t(humanise(g.form))} · {formatDate(g.fromDate)} – {formatDate(g.throughDate)} <StatusTag value={g.state} /></>} actions={<>
          <ButtonLink to={`/partners/${g.partnerId}`}>{t("Partner")}</ButtonLink>
          {g.state === "active" && <Can permission="guarantee.claim.propose"><Button size="sm" onClick={() => setClaiming(true)}>{t("Claim…")}</Button></Can>}
        </>}>
          {said && <div className="notice good" role="status">{t("Proposed. A second person agrees under Approvals.")} <ButtonLink size="compact-sm" to="/approvals">{t("Approvals")}</ButtonLink></div>}
          <Section title={t("How much of the limit is used")}>
            <meter min={0} max={1} low={0.6} high={0.85} optimum={0} value={Number(g.used)} aria-label={t("How much of the limit is used")} style={{ width: "100%", height: 18 }} />
            <p><RateText value={g.used} /> {t("of")} <MoneyText value={g.limit} /> ({t("Cap")} <RateText value={g.cap} />)</p>
            <Facts items={[["Claimed", g.claimed, "money"], ["Waiting for a second person", g.waiting, "money"], ["Left", g.left, "money"], ["Lent", g.disbursed, "money"], ["Principal outstanding", g.outstanding, "money"], ["Past due", g.overdue, "money"],
              ["Can be claimed from days past due", g.claimAfterDays], ["Loans that can be claimed today", g.ripe.loans], ["Their principal", g.ripe.principal, "money"]]} />
          </Section>
          <DataTable<Static<typeof GuaranteedLoanItem>> path={`/guarantees/${id}/loans`} list="partners.guaranteed_loans" caption="Loans covered" columns={LOANS} rowKey={(r) => r.loanAccountId} open={(r) => `/loans/${r.loanAccountId}`} searchLabel="Number or borrower" empty={t("No loan is covered.")} />
          <Dialog title={t("Claim…")} open={claiming} onClose={() => setClaiming(false)}>
            <CommandForm path={`/guarantees/${id}/claims`} submit="Propose" note={<p className="muted">{t("All that the borrowers owe, the longest overdue first, until the limit is used up. The guarantor owes it once a second person has agreed.")}</p>}
              fields={[{ name: "loans", label: "Loan numbers", kind: "area", description: "With blanks or commas between them; left empty, all that can be claimed today" }]}
              body={(v) => (numbers(v).length > 0 ? { loans: numbers(v) } : {})} onCancel={() => setClaiming(false)} onDone={() => { setClaiming(false); setSaid(true); }} />
          </Dialog>
        </Page>
      )}
    </Loaded>
  );
}

/** A guarantee of loans that are named, or of all that a filter finds today. */
export function GuaranteeForm({ partnerId, onDone, onCancel }: { partnerId: string; onDone: () => void; onCancel: () => void }) {
  const { lender } = useSession();
  const { t } = useTranslation();
  return (
    <CommandForm path={`/partners/${partnerId}/guarantees`} submit="Propose" onDone={onDone} onCancel={onCancel} body={bodyOf}
      note={<p className="muted">{t("The partner answers for these loans up to a share of what was lent on them. No loan is covered twice.")}</p>}
      fields={[
        { name: "name", label: "Name", required: true }, { name: "cap", label: "Cap", kind: "percent", required: true, initial: "5" }, { name: "currency", label: "Currency", required: true, initial: lender.currency },
        { name: "form", label: "Form", kind: "choice", required: true, initial: "fixed_deposit", options: [{ value: "cash", label: "Cash" }, { value: "fixed_deposit", label: "Fixed deposit" }, { value: "bank_guarantee", label: "Bank guarantee" }] },
        { name: "fromDate", label: "From", kind: "date", required: true, initial: lender.businessDate }, { name: "throughDate", label: "Through", kind: "date", required: true }, { name: "claimAfterDays", label: "Can be claimed from days past due", kind: "integer", required: true, initial: "90" },
        { name: "loans", label: "Loan numbers", kind: "area", description: "With blanks or commas between them; left empty, all open loans that the next fields find" },
        { name: "productCode", label: "Product code", pointer: "/pool/productCode" }, { name: "disbursedFrom", label: "Paid out from", kind: "date", pointer: "/pool/disbursedFrom" }, { name: "disbursedTo", label: "Paid out to", kind: "date", pointer: "/pool/disbursedTo" },
      ]} />
  );
}

const numbers = (v: FormValues): string[] => (v["loans"] ?? "").split(/[\s,;]+/).filter((n) => n !== "");

function bodyOf(v: FormValues): unknown {
  const pool = Object.fromEntries(["productCode", "disbursedFrom", "disbursedTo"].filter((name) => (v[name] ?? "") !== "").map((name) => [name, v[name]]));
  return {
    name: v["name"], cap: shiftPercent(v["cap"] ?? ""), currency: v["currency"], form: v["form"], fromDate: v["fromDate"], throughDate: v["throughDate"], claimAfterDays: Number(v["claimAfterDays"]),
    ...(numbers(v).length > 0 ? { loans: numbers(v) } : { pool }),
  };
}
