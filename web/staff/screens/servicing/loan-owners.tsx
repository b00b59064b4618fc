import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { OwnerJson } from "#modules/partners/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Grid, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { DateText, MoneyText, RateText } from "../../../ui/values.tsx";

/** Who owns which share of a loan; nothing where the lender owns it all. */
export function LoanOwners({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useGet<{ owners: readonly OwnerJson[] }>(`/loan-accounts/${id}/owners`);
  return (
    <Loaded query={query}>
      {({ owners }) => (owners.length < 2 ? null : (
        <Section flush title={t("Who owns the loan")}>
          <Grid label="Who owns the loan" rows={owners} rowKey={(o) => o.participationId ?? "lender"} columns={[
            { header: "Owner", cell: (o) => (o.partnerId === null ? t("We ourselves") : <Link to={`/partners/${o.partnerId}`}>{o.owner}</Link>) }, { header: "Share", align: "end", cell: (o) => <RateText value={o.share} /> },
            { header: "From", cell: (o) => (o.fromDate === null ? "–" : <DateText value={o.fromDate} />) }, { header: "Principal owned", align: "end", cell: (o) => <MoneyText value={o.principal} /> },
          ]} />
        </Section>
      ))}
    </Loaded>
  );
}
