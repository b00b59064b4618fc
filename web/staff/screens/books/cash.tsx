import { useTranslation } from "react-i18next";
import type { CashPositionJson } from "#modules/ledger/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatCount, formatDate } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { DateText, MoneyText } from "../../../ui/values.tsx";
import { ButtonLink } from "../../kit/link.tsx";

/** Cash in the books beside what the bank says, and what should come in the next days: F6. */
export function Cash() {
  const { t } = useTranslation();
  const query = useGet<CashPositionJson>("/cash-position");
  return (
    <Loaded query={query}>
      {(cash) => (
        <Page title={t("Cash and bank")} note={t("Statements as the bank gave them, and the next installment of each loan that is not overdue, until {{date}}.", { date: formatDate(cash.until) })} actions={<><ButtonLink to="/bank">{t("Bank matching")}</ButtonLink><ButtonLink to="/ledger/suspense">{t("Suspense ageing")}</ButtonLink></>}>
          <Section flush title={t("Bank accounts")}>
            {cash.banks.length === 0 ? <div className="body"><Empty>{t("No bank account is set up.")}</Empty></div> : <Grid label="Bank accounts" rows={cash.banks} rowKey={(b) => b.id} columns={[
              { header: "Name", cell: (b) => b.name }, { header: "Account", cell: (b) => <span className="mono">…{b.accountEnd}</span> }, { header: "Balance on the statement", align: "end", cell: (b) => <MoneyText value={b.statement} /> }, { header: "Statement of", cell: (b) => <DateText value={b.statementDate} /> },
            ]} />}
          </Section>
          {cash.currencies.map((c) => (
            <Section key={c.currency} title={<>{c.currency} <span className={/^-?0*(\.0*)?$/.test(c.difference.amount) ? "tag good" : "tag warn"}>{/^-?0*(\.0*)?$/.test(c.difference.amount) ? t("Reconciled") : t("Books and statements differ")}</span></>} actions={<ButtonLink size="compact-sm" to="/ledger/accounts/bank" search={{ currency: c.currency }}>{t("General ledger")}</ButtonLink>}>
              <div className="stack">
                <Facts items={[["In the books", c.ledger, "money"], ["On statements", c.statements, "money"], ["Difference", c.difference, "money"], ["Coming in, not on a statement", c.incoming, "money"], ["Payouts under way", c.outgoing, "money"], ["Open items", c.openItems, "integer"], ["Overdue", c.overdue, "money"]]} />
                {c.days.length === 0 ? <Empty>{t("Nothing falls due in these days.")}</Empty> : <Grid caption="Expected" rows={c.days} rowKey={(d) => d.date} columns={[
                  { header: "Due date", cell: (d) => <DateText value={d.date} /> }, { header: "Loans", align: "end", cell: (d) => formatCount(d.loans) }, { header: "Falls due", align: "end", cell: (d) => <MoneyText value={d.expected} style="plain" /> }, { header: "Cash if all of it comes", align: "end", cell: (d) => <MoneyText value={d.cash} style="plain" /> },
                ]} />}
              </div>
            </Section>
          ))}
        </Page>
      )}
    </Loaded>
  );
}
