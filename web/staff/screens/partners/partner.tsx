import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { GuaranteeItem, MoveItem, ParticipationItem, PartnerJson, SharedLoanItem, StatementItem } from "#modules/partners/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { humanise } from "../../../ui/format.ts";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { MoneyText, StatusTag } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink, SubjectLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can, useSession } from "../../session.tsx";
import { accountFields } from "./account-fields.ts";
import { PARTICIPATIONS, STATEMENTS } from "./columns.tsx";
import { GUARANTEES, GuaranteeForm } from "./guarantees.tsx";
import { ShareForm } from "./share-form.tsx";

const LOANS: readonly Column<Static<typeof SharedLoanItem>>[] = [
  { key: "number", label: "Loan", sort: true, filter: true, cell: (r) => <SubjectLink id={r.loanAccountId} label={r.number} /> }, { key: "borrowerName", label: "Borrower", sort: true }, { key: "bought", label: "Bought", kind: "money" }, { key: "returned", label: "Principal returned", kind: "money" },
  { key: "lost", label: "Lost", kind: "money" }, { key: "held", label: "Owned", kind: "money" }, { key: "income", label: "Income less fees", kind: "money" },
];
const MOVES: readonly Column<Static<typeof MoveItem>>[] = [
  { key: "businessDate", label: "Day", kind: "date", sort: true, filter: true }, { key: "kind", label: "What", kind: "words", filter: true, options: ["share_bought", "statement", "payout", "payout_refused", "money_in", "money_in_undone", "guarantee_claim", "adjustment"] },
  { key: "amount", label: "Amount", kind: "money", sort: true, filter: true }, { key: "subjectId", label: "Of", cell: (r) => <SubjectLink id={r.subjectId} /> }, { key: "recordedAt", label: "Recorded at", kind: "instant", sort: true, hidden: true },
];

/** One partner: what is owed to it, what it owns, and every statement. */
export function Partner() {
  const { t } = useTranslation();
  const id = useParam("id");
  const { lender } = useSession();
  const navigate = useNavigate();
  const [search] = useSearchState<{ tab?: string }>();
  const [act, setAct] = useState<"share" | "statement" | "account" | "guarantee" | null>(null);
  const [said, setSaid] = useState(false);
  const query = useGet<PartnerJson>(`/partners/${id}`);
    const end = () => setAct(null);
  return (
    <Loaded query={query}>
      {(p) => {
        const tab = search.tab ?? (p.kind === "guarantor" ? "guarantees" : "participations");
        return <Page title={p.name} note={<>{p.code} · {t(humanise(p.kind))} · {p.account} <StatusTag value={p.state} /></>} actions={p.state === "active" && <>
          <Can permission="partner.record.propose"><Button size="sm" variant="default" onClick={() => setAct("account")}>{t("Other account…")}</Button></Can>
          {p.kind === "guarantor" ? <Can permission="guarantee.cover.propose"><Button size="sm" onClick={() => setAct("guarantee")}>{t("New guarantee…")}</Button></Can> : <>
            <Can permission="participation.share.propose"><Button size="sm" variant="default" onClick={() => setAct("share")}>{t("Sell a share…")}</Button></Can>
            <Can permission="partner.statement.make"><Button size="sm" onClick={() => setAct("statement")}>{t("New statement…")}</Button></Can>
          </>}
        </>}>
          {said && <div className="notice good" role="status">{t("Proposed. A second person agrees under Approvals.")} <ButtonLink size="compact-sm" to="/approvals">{t("Approvals")}</ButtonLink></div>}
          {p.state === "proposed" && <div className="notice" role="status">{t("A second person must agree to this partner.")}</div>}
          <Section flush title={t("Balances")}>
            {p.balances.length === 0 ? <Empty>{t("Nothing is owed, and nothing is owned.")}</Empty> : <Grid label="Balances" rows={p.balances} rowKey={(b) => b.currency} columns={[
              { header: "Currency", cell: (b) => b.currency }, { header: "Owed to the partner", align: "end", cell: (b) => <MoneyText value={b.owed} /> }, { header: "Principal owned, as stated", align: "end", cell: (b) => <MoneyText value={b.held} /> },
            ]} />}
          </Section>
          <Tabs current={tab} tabs={[["participations", "Participations"], ["statements", "Statements"], ["guarantees", "Guarantees"], ["moves", "Account"]]} />
          {tab === "participations" && <DataTable<Static<typeof ParticipationItem>> path="/participations" list="partners.participations" caption="Participations" columns={PARTICIPATIONS.filter((c) => c.key !== "partner")} rowKey={(r) => r.id} fixedFilter={[`partnerId:eq:${id}`]} empty={t("This partner owns no share yet.")} peek={(r) => <DataTable<Static<typeof SharedLoanItem>> path={`/participations/${r.id}/loans`} list="partners.loans" caption="Loans" columns={LOANS} rowKey={(l) => l.loanAccountId} />} />}
          {tab === "statements" && <DataTable<Static<typeof StatementItem>> path="/partner-statements" list="partners.statements" caption="Statements" columns={STATEMENTS.filter((c) => c.key !== "partner")} rowKey={(r) => r.id} open={(r) => `/partner-statements/${r.id}`} fixedFilter={[`partnerId:eq:${id}`]} empty={t("No statement was made yet.")} />}
          {tab === "guarantees" && <DataTable<Static<typeof GuaranteeItem>> path="/guarantees" list="partners.guarantees" caption="Guarantees" columns={GUARANTEES.filter((c) => c.key !== "partner")} rowKey={(r) => r.id} open={(r) => `/guarantees/${r.id}`} fixedFilter={[`partnerId:eq:${id}`]} empty={t("This partner guarantees no loans.")} />}
          {tab === "moves" && <DataTable<Static<typeof MoveItem>> path={`/partners/${id}/moves`} list="partners.moves" caption="What changed the sum owed" columns={MOVES} rowKey={(r) => r.id} empty={t("Nothing has been owed yet.")} />}
          <Dialog title={t("Sell a share…")} open={act === "share"} onClose={end} wide>
            <ShareForm partnerId={id} onCancel={end} onDone={() => { end(); setSaid(true); }} />
          </Dialog>
          <Dialog title={t("New guarantee…")} open={act === "guarantee"} onClose={end} wide>
            <GuaranteeForm partnerId={id} onCancel={end} onDone={() => { end(); setSaid(true); }} />
          </Dialog>
          <Dialog title={t("Other account…")} open={act === "account"} onClose={end}>
            <CommandForm path={`/partners/${id}/account`} submit="Propose" note={<p className="muted">{t("What is owed goes to this account. It counts once a second person has agreed.")}</p>} fields={accountFields("")} body={(v) => ({ scheme: v["scheme"], number: (v["number"] ?? "").replaceAll(" ", "") })} onCancel={end} onDone={() => { end(); setSaid(true); }} />
          </Dialog>
          <Dialog title={t("New statement…")} open={act === "statement"} onClose={end}>
            <CommandForm<{ statementId: string }> path={`/partners/${id}/statements`} submit="Make a draft" note={<p className="muted">{t("Everything received up to that day and not stated before, with what was reversed. Nothing is posted yet.")}</p>} fields={[
              { name: "throughDate", label: "Through", kind: "date", required: true, initial: lender.closedThrough, max: lender.closedThrough }, { name: "currency", label: "Currency", required: true, initial: p.balances[0]?.currency ?? lender.currency },
            ]} onCancel={end} onDone={(made) => void navigate({ to: `/partner-statements/${made.statementId}` })} />
          </Dialog>
        </Page>;
      }}
    </Loaded>
  );
}
