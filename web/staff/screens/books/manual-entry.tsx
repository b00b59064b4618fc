import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import { parseAmount, sumMoney, toMoneyJson, zeroMoney } from "#engine/money.ts";
import type { LedgerAccountItem } from "#modules/ledger/contract.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { Page, Section } from "../../../ui/layout.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import { useSession } from "../../session.tsx";

interface Line { readonly account: string; readonly side: "debit" | "credit"; readonly amount: string }

/** An entry by hand; it balances before it can be proposed, and a second person posts it. */
export function ManualEntry() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const navigate = useNavigate();
  const accounts = useGet<PageOf<Static<typeof LedgerAccountItem>>>("/ledger-accounts", { limit: 200 });
  const [valueDate, setValueDate] = useState(lender.businessDate);
  const [businessDate, setBusinessDate] = useState(lender.businessDate);
  const [memo, setMemo] = useState("");
  const [lines, setLines] = useState<readonly Line[]>([{ account: "", side: "debit", amount: "" }, { account: "", side: "credit", amount: "" }]);
  const propose = useCommand("/manual-entries", { onDone: () => void navigate({ to: "/approvals" }) });
  const change = (i: number, part: Partial<Line>) => setLines(lines.map((l, k) => (k === i ? { ...l, ...part } : l)));
  const sum = (side: Line["side"]) => sumMoney(lines.filter((l) => l.side === side && l.amount !== "").map((l) => parseAmount(l.amount, lender.currency)), lender.currency);
  const debit = sum("debit");
  const credit = sum("credit");
  const balanced = debit.minor === credit.minor && debit.minor > zeroMoney(lender.currency).minor;
  const act = (event: FormEvent) => {
    event.preventDefault();
    void propose.run({ valueDate, ...(businessDate === lender.businessDate ? {} : { businessDate }), memo, currency: lender.currency, lines: lines.map((l) => ({ account: l.account, side: l.side, amount: { amount: l.amount, currency: lender.currency } })) });
  };
  return (
    <Page title={t("Manual entry")} note={t("A second person posts it. Control accounts are not offered: they follow the loans.")}>
      <form onSubmit={act} className="stack">
        <ProblemNotice problem={propose.problem} />
        <Section><div className="facts" style={{ gridTemplateColumns: "repeat(auto-fit, minmax(210px, 1fr))" }}>
          <TextInput type="date" label={t("Business date")} description={businessDate === lender.businessDate ? t("The day it is approved.") : t("An earlier day takes entries until its period is closed.")} required max={lender.businessDate} value={businessDate} onChange={(e) => setBusinessDate(e.currentTarget.value)} />
          <TextInput type="date" label={t("Value date")} description={t("The day it counts from.")} required max={lender.businessDate} value={valueDate} onChange={(e) => setValueDate(e.currentTarget.value)} />
          <TextInput label={t("Memo")} description={t("What it is for; it stands in the journal.")} required maxLength={300} value={memo} onChange={(e) => setMemo(e.currentTarget.value)} error={fieldError(propose.problem, "/memo")} />
        </div></Section>
        <Section title={t("Lines")} actions={<Button size="compact-sm" variant="default" onClick={() => setLines([...lines, { account: "", side: "debit", amount: "" }])}>{t("Add a line")}</Button>}>
          <div className="stack">
            {lines.map((line, i) => (
              <div key={`line-${String(i)}`} className="row" style={{ alignItems: "flex-start" }}>
                <NativeSelect label={t("Account")} required value={line.account} data={[{ value: "", label: t("Choose…") }, ...(accounts.data?.items ?? []).filter((a) => a.active && !a.control).map((a) => ({ value: a.code, label: `${t(a.name)} (${a.code})` }))]} onChange={(e) => change(i, { account: e.currentTarget.value })} error={fieldError(propose.problem, `/lines/${i}/account`)} style={{ flex: "2 1 220px" }} />
                <NativeSelect label={t("Side")} value={line.side} data={[{ value: "debit", label: t("Debit") }, { value: "credit", label: t("Credit") }]} onChange={(e) => change(i, { side: e.currentTarget.value as Line["side"] })} />
                <div style={{ flex: "1 1 180px" }}><MoneyInput label={t("Amount")} required currency={lender.currency} value={line.amount} onChange={(amount) => change(i, { amount })} error={fieldError(propose.problem, `/lines/${i}/amount`)} /></div>
                {lines.length > 2 && <Button variant="subtle" style={{ marginTop: 22 }} onClick={() => setLines(lines.filter((_l, k) => k !== i))} aria-label={t("Remove this line")}>✕</Button>}
              </div>
            ))}
            <div className="row" aria-live="polite"><span className={balanced ? "tag good" : "tag warn"}>{balanced ? t("Balanced") : t("Not balanced yet")}</span> {t("Debit")} <MoneyText value={toMoneyJson(debit)} /> · {t("Credit")} <MoneyText value={toMoneyJson(credit)} /></div>
          </div>
        </Section>
        <div className="row"><Button type="submit" disabled={!balanced} loading={propose.pending}>{t("Propose")}</Button></div>
      </form>
    </Page>
  );
}
