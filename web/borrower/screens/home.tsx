import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { LoanItem } from "#modules/servicing/contract.ts";
import { useGet } from "../../api/hooks.ts";
import { formatDate, type MoneyValue } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { MoneyText, StatusTag } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { go, Link } from "../router.tsx";
import { stageWords } from "../words.ts";

interface ApplicationItem { readonly id: string; readonly number: string; readonly state: string; readonly product: string; readonly amount: MoneyValue; readonly waitingOn: string }
type LoanRow = Static<typeof LoanItem>;

/** Loans first, then what is under way. */
export function Home() {
  const { t } = useTranslation();
  const loans = useGet<{ items: readonly LoanRow[] }>("/loan-accounts", { limit: 20 });
  const applications = useGet<{ items: readonly ApplicationItem[] }>("/applications", { limit: 20 });
  return (
    <SignedIn>
      <div className="b-stack">
        <h1>{t("Your loans")}</h1>
        <Loaded query={loans} isEmpty={(l) => l.items.length === 0} empty={t("You have no running loan here yet.")}>
          {(l) => <ul className="b-tasks">{l.items.map((loan) => (
            <li key={loan.id}><Link className="b-task" to={`/borrower/loans/${loan.id}`}>
              <span><strong><MoneyText value={loan.principal} /></strong><br /><span className="muted" style={{ fontSize: 14 }}>{loan.number}{loan.nextDueDate !== null && <> · {t("next {{date}}", { date: formatDate(loan.nextDueDate) })}</>}</span></span>
              <span style={{ textAlign: "right" }}><strong><MoneyText value={loan.principalOutstanding} /></strong><br /><StatusTag value={loan.daysPastDue > 0 ? "overdue" : loan.status} /></span>
            </Link></li>
          ))}</ul>}
        </Loaded>
        <h2>{t("Applications")}</h2>
        <Loaded query={applications} isEmpty={(a) => a.items.length === 0} empty={t("You have not applied for anything yet.")}>
          {(a) => <ul className="b-tasks">{a.items.map((app) => (
            <li key={app.id}><Link className="b-task" to={app.state === "draft" ? `/borrower/applications/${app.id}/apply` : `/borrower/applications/${app.id}`}>
              <span><strong><MoneyText value={app.amount} /></strong><br /><span className="muted" style={{ fontSize: 14 }}>{app.number}</span></span>
              <span style={{ textAlign: "right" }}><StatusTag value={app.state} label={t(stageWords(app.state))} />{app.waitingOn === "applicant" && <><br /><strong style={{ fontSize: 14 }}>{t("Your turn")}</strong></>}</span>
            </Link></li>
          ))}</ul>}
        </Loaded>
        <Button variant="default" onClick={() => go("/")}>{t("See what a loan would cost")}</Button>
      </div>
    </SignedIn>
  );
}

