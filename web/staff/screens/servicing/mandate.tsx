import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { CollectionItem, MandateItem } from "#modules/payments/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { CommandForm } from "../../../ui/form.tsx";
import { humanise } from "../../../ui/format.ts";
import { Facts, Grid, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { DateText, MoneyText, StatusTag } from "../../../ui/values.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import { NameText } from "../../kit/names.tsx";
import { Can, useSession } from "../../session.tsx";

type Mandate = Static<typeof MandateItem>;

/** The borrower's permission to debit: whose account, how much at most, what was debited; nothing for who may not see it. */
export function Mandates({ loanId }: { loanId: string }) {
  const { t } = useTranslation();
  const may = useSession().may("payment.mandate.read");
  const query = useGet<PageOf<Mandate>>(may ? "/mandates" : null, { filter: [`loanAccountId:eq:${loanId}`], limit: 20 });
  if (!may) return null;
  return (
    <Loaded query={query}>
      {(page) => page.items.length === 0 ? <Section title={t("Mandate")}><Empty>{t("The borrower has given no permission to debit.")}</Empty></Section> : <>{page.items.map((m) => <OneMandate key={m.id} mandate={m} />)}</>}
    </Loaded>
  );
}

function OneMandate({ mandate: m }: { mandate: Mandate }) {
  const { t } = useTranslation();
  const debits = useGet<PageOf<Static<typeof CollectionItem>>>("/collections", { filter: [`mandateId:eq:${m.id}`], limit: 50 });
  return (
    <>
      <Section title={<>{t("Mandate")} <StatusTag value={m.state} /></>}>
        <Facts items={[["Payer", m.payerName], ["Account", <span key="a" className="mono">{m.payerAccount}</span>], ["At most", <MoneyText key="c" value={m.cap} />], ["Signed", <DateText key="s" value={m.signedDate} />], ...(m.state === "active" ? [] : [["Ended", <DateText key="e" value={m.endedDate} />], ["Why it ended", m.endReason], ["Ended by", <NameText key="b" id={m.endedBy} />]] as const)]} />
        {m.state === "active" && <Can permission="payment.mandate.cancel"><CommandForm path={`/mandates/${m.id}/cancellations`} submit="Cancel the mandate" fields={[{ name: "reason", label: "Reason", required: true }]} /></Can>}
      </Section>
      <Section flush title={t("Debits")}>
        <Loaded query={debits} isEmpty={(p) => p.items.length === 0} empty={t("Nothing has been debited yet: the first debit is ordered for the next due date.")}>
          {(page) => <Grid label="Debits" rows={page.items} rowKey={(d) => d.id} columns={[
            { header: "Due", cell: (d) => <DateText value={d.dueDate} /> }, { header: "Debited on", cell: (d) => <DateText value={d.collectDate} /> }, { header: "Time", align: "end", cell: (d) => d.attempt },
            { header: "Amount", align: "end", cell: (d) => <MoneyText value={d.amount} /> }, { header: "State", cell: (d) => <StatusTag value={d.state} /> }, { header: "Reason", cell: (d) => (d.reason === null ? "–" : t(humanise(d.reason))) },
          ]} />}
        </Loaded>
      </Section>
    </>
  );
}
