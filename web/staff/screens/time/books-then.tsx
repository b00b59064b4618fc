import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { JournalEntryRow, TrialBalanceJson } from "#modules/ledger/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatDate, humanise, type MoneyValue } from "../../../ui/format.ts";
import { Grid, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { useSession } from "../../session.tsx";
import { Cause, LoanLink } from "../books/journal.tsx";
import { Delta } from "./delta.tsx";
import type { TwoLooks } from "./time-machine.tsx";

type Balance = Static<typeof TrialBalanceJson>;
interface Line { readonly key: string; readonly account: string; readonly name: string; readonly kind: string; readonly before: MoneyValue; readonly after: MoneyValue }

/** The trial balance by both looks, by value date, and the entries that were posted between them for days of the past. */
export function BooksThen({ looks }: { looks: TwoLooks }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const toKnownOn = looks.toKnownOn ?? lender.businessDate;
  const before = useGet<Balance>("/trial-balance", { asOf: looks.asOf, knownOn: looks.knownOn }, { keep: true });
  const after = useGet<Balance>("/trial-balance", { asOf: looks.toAsOf, knownOn: toKnownOn }, { keep: true });
  return (
    <>
      <Loaded query={before}>{(then) => <Loaded query={after}>{(now) => <Section flush title={t("Balances by value date")}><Accounts lines={pairs(then, now)} looks={looks} toKnownOn={toKnownOn} /></Section>}</Loaded>}</Loaded>
      <h2>{t("Entries posted after the first look was known, for days that the second counts")}</h2>
      <DataTable path="/journal-entries" list="ledger.entries.between" caption="Entries between" columns={COLUMNS} rowKey={(r) => r.id} open={(r) => `/ledger/journal/${r.id}`}
        fixedFilter={[`businessDate:gt:${looks.knownOn}`, `businessDate:le:${toKnownOn}`, `valueDate:le:${looks.toAsOf}`]} empty={t("Nothing was posted between for those days.")} />
    </>
  );
}

function Accounts({ lines, looks, toKnownOn }: { lines: readonly Line[]; looks: TwoLooks; toKnownOn: string }) {
  const { t } = useTranslation();
  return (
    <Grid<Line> label="Trial balance" rows={lines} rowKey={(l) => l.key} active={(l) => l.before.amount !== l.after.amount} columns={[
      { header: "Account", cell: (l) => <Link to={`/ledger/accounts/${l.account}`}>{t(l.name)}</Link> }, { header: "Kind", cell: (l) => t(humanise(l.kind)) },
      { header: t("Then: {{day}}, known on {{known}}", { day: formatDate(looks.asOf), known: formatDate(looks.knownOn) }), align: "end", cell: (l) => <MoneyText value={l.before} /> },
      { header: t("Beside it: {{day}}, known on {{known}}", { day: formatDate(looks.toAsOf), known: formatDate(toKnownOn) }), align: "end", cell: (l) => <MoneyText value={l.after} /> },
      { header: "Difference", align: "end", cell: (l) => (l.before.amount === l.after.amount ? <span className="muted">{t("same")}</span> : <Delta before={l.before} after={l.after} />) },
    ]} />
  );
}

/** Accounts of either look in order; one that is missing from a look had nothing posted to it. */
function pairs(then: Balance, now: Balance): Line[] {
  const keyOf = (a: Balance["accounts"][number]) => `${a.balance.currency} ${a.account}`;
  const old = new Map(then.accounts.map((a) => [keyOf(a), a]));
  const fresh = new Map(now.accounts.map((a) => [keyOf(a), a]));
  return [...new Set([...old.keys(), ...fresh.keys()])].toSorted().flatMap((key) => {
    const [a, b] = [old.get(key), fresh.get(key)];
    const any = a ?? b;
    if (any === undefined) return [];
    const none = { amount: any.balance.amount.replace(/\d/g, "0").replace(/^-?0+/, "0"), currency: any.balance.currency };
    return [{ key, account: any.account, name: any.name, kind: any.kind, before: a?.balance ?? none, after: b?.balance ?? none }];
  });
}

const COLUMNS: readonly Column<Static<typeof JournalEntryRow>>[] = [
  { key: "businessDate", label: "Business date", kind: "date", sort: true }, { key: "valueDate", label: "Value date", kind: "date", sort: true }, { key: "memo", label: "Memo" }, { key: "amount", label: "Amount", kind: "money", sort: true },
  { key: "causeKind", label: "Event", cell: (r) => <Cause kind={r.causeKind} id={r.causeId} loan={r.loanAccountId} /> }, { key: "loanAccountId", label: "Loan", cell: (r) => <LoanLink id={r.loanAccountId} memo={r.memo} /> }, { key: "actorId", label: "Who", names: "person" }, { key: "recordedAt", label: "Recorded at", kind: "instant", sort: true },
];
