import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { PayoffQuoteJson } from "#modules/servicing/contract.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { formatDate, plusDays } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { DocumentsTable } from "../../kit/documents-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";
import type { Loan } from "./types.ts";

/** The sum that closes the loan on a day, its parts, what each later day adds, and until when it holds: V4. */
export function PayoffQuote() {
  const { t } = useTranslation();
  const id = useParam("id");
  const { lender } = useSession();
  const query = useGet<Loan>(`/loan-accounts/${id}`);
  const [date, setDate] = useState(lender.businessDate);
  const quote = useCommand<unknown, Static<typeof PayoffQuoteJson>>(`/loan-accounts/${id}/payoff-quotes`);
  const letter = useCommand<object, { documentId: string }>(`/loan-accounts/${id}/payoff-quotes`);
  const act = (event: FormEvent) => {
    event.preventDefault();
    letter.reset();
    void quote.run({ payoffDate: date });
  };
  const q = quote.result;
  return (
    <Loaded query={query}>
      {(loan) => (
        <Page title={t("Payoff quote")} note={<>{loan.borrowerName} · <SubjectLink id={loan.id} label={loan.number} /></>} actions={<ButtonLink to={`/loans/${id}`}>{t("Back to the loan")}</ButtonLink>}>
          <Section><form className="row" style={{ alignItems: "flex-end" }} onSubmit={act}><TextInput id="f-payoffDate" type="date" label={t("Payoff date")} required min={lender.businessDate} max={plusDays(lender.businessDate, 60)} value={date} onChange={(e) => setDate(e.currentTarget.value)} error={fieldError(quote.problem, "/payoffDate")} /><Button type="submit" loading={quote.pending}>{t("Make the quote")}</Button></form></Section>
          <ProblemNotice problem={quote.problem} />
          {q !== undefined && (
            <div className="split">
              <Section title={t("To close the loan on {{date}}", { date: formatDate(q.payoff.date) })}><div className="stack"><Facts big items={[["Total", q.payoff.total, "money"], ["Each day later adds", q.payoff.perDiem, "money"], ["Good until", q.expiresDate, "date"]]} />
                <div className="row"><Button size="sm" variant="default" loading={letter.pending} disabled={letter.result !== undefined} onClick={() => void letter.run({}, { path: `/loan-accounts/${id}/payoff-quotes/${q.id}/letters` })}>{t("Make the letter (PDF)")}</Button>{letter.result !== undefined && <a href={`/v1/documents/${letter.result.documentId}/content`}>{t("Open the letter")}</a>}</div>
                <ProblemNotice problem={letter.problem} /></div></Section>
              <Section flush title={t("What it is made of")}><Grid label="Parts" rows={[["Principal", q.payoff.principal], ["Interest", q.payoff.interest], ["Fees", q.payoff.fees], ["Penalties", q.payoff.penalties]] as const} rowKey={(r) => r[0]} columns={[{ header: "Component", cell: (r) => t(r[0]), foot: t("Total") }, { header: "Amount", align: "end", cell: (r) => <MoneyText value={r[1]} />, foot: <MoneyText value={q.payoff.total} /> }]} /></Section>
            </div>
          )}
          <DocumentsTable ownerId={id} />
        </Page>
      )}
    </Loaded>
  );
}
