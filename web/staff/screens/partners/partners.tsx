import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { GuaranteeItem, ParticipationItem, PartnerItem, StatementItem } from "#modules/partners/contract.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { Page } from "../../../ui/layout.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { ButtonLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can } from "../../session.tsx";
import { accountFields } from "./account-fields.ts";
import { PARTICIPATIONS, STATEMENTS, STATES } from "./columns.tsx";
import { Disputes } from "./disputes.tsx";
import { GUARANTEES } from "./guarantees.tsx";

const PARTNERS: readonly Column<Static<typeof PartnerItem>>[] = [
  { key: "name", label: "Name", sort: true }, { key: "code", label: "Code", sort: true, filter: true }, { key: "kind", label: "Kind", kind: "words", filter: true, options: ["investor", "co_lender", "guarantor"] }, { key: "shares", label: "Participations", kind: "integer" },
  { key: "account", label: "Account" }, { key: "state", label: "State", kind: "status", sort: true, filter: true, options: STATES }, { key: "madeBy", label: "Made by", names: "person" }, { key: "madeAt", label: "Made at", kind: "instant", sort: true, hidden: true },
];

/** Who owns shares of loans, what they own, and what they were told and paid: F5. */
export function Partners() {
  const { t } = useTranslation();
  const [search] = useSearchState<{ tab?: string }>();
  const [adding, setAdding] = useState(false);
  const [said, setSaid] = useState(false);
  const tab = search.tab ?? "partners";
  return (
    <Page title={t("Partners")} note={t("Who owns shares of loans that we serve, and who guarantees them")} actions={<Can permission="partner.record.propose"><Button size="sm" onClick={() => setAdding(true)}>{t("New partner…")}</Button></Can>}>
      {said && <div className="notice good" role="status">{t("Proposed. A second person agrees under Approvals.")} <ButtonLink size="compact-sm" to="/approvals">{t("Approvals")}</ButtonLink></div>}
      <Tabs current={tab} tabs={[["partners", "Partners"], ["participations", "Participations"], ["statements", "Statements"], ["guarantees", "Guarantees"], ["disputes", "Disputes"]]} />
      {tab === "partners" && <DataTable<Static<typeof PartnerItem>> path="/partners" list="partners.partners" caption="Partners" columns={PARTNERS} rowKey={(r) => r.id} open={(r) => `/partners/${r.id}`} empty={t("Nobody owns a share of a loan yet.")} searchLabel="Name or code" />}
      {tab === "participations" && <DataTable<Static<typeof ParticipationItem>> path="/participations" list="partners.participations" caption="Participations" columns={PARTICIPATIONS} rowKey={(r) => r.id} open={(r) => `/partners/${r.partnerId}`} empty={t("Nobody owns a share of a loan yet.")} />}
      {tab === "statements" && <DataTable<Static<typeof StatementItem>> path="/partner-statements" list="partners.statements" caption="Statements" columns={STATEMENTS} rowKey={(r) => r.id} open={(r) => `/partner-statements/${r.id}`} empty={t("No statement was made yet.")} />}
      {tab === "guarantees" && <DataTable<Static<typeof GuaranteeItem>> path="/guarantees" list="partners.guarantees" caption="Guarantees" columns={GUARANTEES} rowKey={(r) => r.id} open={(r) => `/guarantees/${r.id}`} empty={t("Nobody guarantees loans yet.")} />}
      {tab === "disputes" && <Disputes />}
      <Dialog title={t("New partner…")} open={adding} onClose={() => setAdding(false)}>
        <CommandForm path="/partners" submit="Propose" note={<p className="muted">{t("What is owed goes to this account. It counts once a second person has agreed.")}</p>} fields={[
          { name: "name", label: "Name", required: true }, { name: "code", label: "Code", required: true, description: "Small letters, digits and hyphens; the partner pays with PARTNER- and this code" },
          { name: "kind", label: "Kind", kind: "choice", required: true, initial: "investor", options: [{ value: "investor", label: "Investor" }, { value: "co_lender", label: "Co lender" }, { value: "guarantor", label: "Guarantor" }] },
          ...accountFields("/account"),
        ]} body={(v) => ({ name: v["name"], code: v["code"], kind: v["kind"], account: { scheme: v["scheme"], number: (v["number"] ?? "").replaceAll(" ", "") } })} onCancel={() => setAdding(false)} onDone={() => { setAdding(false); setSaid(true); }} />
      </Dialog>
    </Page>
  );
}
