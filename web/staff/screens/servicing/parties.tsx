import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { PartyItem, PartyJson } from "#modules/parties/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { CommandForm } from "../../../ui/form.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Facts, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { Can, useSession } from "../../session.tsx";
import { COLUMNS as APPLICATION_COLUMNS } from "../origination/applications.tsx";
import { LOAN_COLUMNS } from "./loans.tsx";

type Party = Static<typeof PartyJson>;

const COLUMNS: readonly Column<Static<typeof PartyItem>>[] = [
  { key: "displayName", label: "Name", sort: true, filter: true }, { key: "kind", label: "Kind", kind: "words", filter: true, options: ["person", "organisation"] }, { key: "id", label: "Id", kind: "id", filter: true }, { key: "branchId", label: "Branch", names: "branch", filter: true, hidden: true }, { key: "createdAt", label: "Since", kind: "instant", sort: true },
];

/** People and organisations, one record each. */
export function Parties() {
  const { t } = useTranslation();
  return <Page title={t("People")}><DataTable path="/parties" list="parties.parties" caption="People" columns={COLUMNS} rowKey={(r) => r.id} open={(r) => `/parties/${r.id}`} searchLabel="Name" empty={t("Nobody is known yet; people come with their applications.")} /></Page>;
}

/** One person: masked until a reason is given, with every application and loan. */
export function Party360() {
  const { t } = useTranslation();
  const id = useParam("id");
  const { may, lender } = useSession();
  const query = useGet<Party>(`/parties/${id}`);
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState<Party | null>(null);
  return (
    <Loaded query={query}>
      {(masked) => {
        const p = shown ?? masked;
        return (
          <Page title={p.displayName} actions={p.masked && <Can permission="party.identifier.reveal"><Button size="sm" variant="default" onClick={() => setAsking(true)}>{t("Show what is masked")}</Button></Can>}>
            <Section><Facts items={[["Name", p.displayName], ["Born", p.birthDate], ["Phone", p.phone], ["E-mail", p.email], ["Address", p.address === null ? undefined : [p.address.line1, p.address.line2, p.address.city, p.address.region, p.address.postalCode].filter(Boolean).join(", ")], ...p.identifiers.map((i) => [i.scheme, <span key={i.scheme} className="mono">{i.value}</span>] as const), ["Id", p.id, "id"]]} /></Section>
            {may("loan.account.read") && lender.mode !== "origination" && <DataTable path="/loan-accounts" list="servicing.loans" caption="Loans" columns={LOAN_COLUMNS} rowKey={(r) => r.id} open={(r) => `/loans/${r.id}`} fixedFilter={[`borrowerPartyId:eq:${id}`]} empty={t("No loan.")} />}
            {may("application.case.read") && lender.mode !== "servicing" && <DataTable path="/applications" list="origination.applications" caption="Applications" columns={APPLICATION_COLUMNS} rowKey={(r) => r.id} open={(r) => `/applications/${r.id}`} fixedFilter={[`applicant:eq:${p.displayName}`]} empty={t("No application.")} />}
            <Dialog title={t("Show what is masked")} open={asking} onClose={() => setAsking(false)}>
              <CommandForm<Party> path={`/parties/${id}/reveal`} submit="Show" note={<p className="muted">{t("The reason goes to the audit trail.")}</p>} fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onDone={(party) => {
                setShown(party);
                setAsking(false);
              }} />
            </Dialog>
          </Page>
        );
      }}
    </Loaded>
  );
}
