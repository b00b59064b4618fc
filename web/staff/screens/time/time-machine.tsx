import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Page, Section } from "../../../ui/layout.tsx";
import { Empty } from "../../../ui/loaded.tsx";
import { Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useSession } from "../../session.tsx";
import { BooksThen } from "./books-then.tsx";
import { LoanThen } from "./loan-then.tsx";
import { LoanPick } from "./loan-pick.tsx";

/** Two looks at the same thing: each the day it counts for and the day it was known on. */
export interface TwoLooks { readonly asOf: string; readonly knownOn: string; readonly toAsOf: string; readonly toKnownOn: string | undefined }
type Chosen = { tab?: string; loan?: string; asOf?: string; knownOn?: string; toAsOf?: string; toKnownOn?: string };

/** What stood on a day by what was known then, beside what stands now, and what came between: A2. */
export function TimeMachine() {
  const { t } = useTranslation();
  const { lender, may } = useSession();
  const [search, set] = useSearchState<Chosen>();
  const asOf = search.asOf ?? lender.businessDate;
  const looks: TwoLooks = { asOf, knownOn: search.knownOn ?? asOf, toAsOf: search.toAsOf ?? asOf, toKnownOn: search.toKnownOn };
  const tab = search.tab ?? "loan";
  return (
    <Page title={t("Time machine")} note={t("How things stood on a day, by what was known then; nothing is changed by looking.")}>
      <Section>
        <div className="split">
          <Look legend={t("Then")}>
            <Day label={t("As of")} value={looks.asOf} onChange={(day) => set({ asOf: day })} />
            <Day label={t("Known on")} value={looks.knownOn} onChange={(day) => set({ knownOn: day })} />
          </Look>
          <Look legend={t("Beside it")}>
            <Day label={t("As of")} value={looks.toAsOf} onChange={(day) => set({ toAsOf: day })} />
            <Day label={t("Known on")} value={looks.toKnownOn ?? lender.businessDate} onChange={(day) => set({ toKnownOn: day === lender.businessDate ? undefined : day })} />
            <Button size="compact-sm" variant="default" onClick={() => set({ toAsOf: lender.businessDate, toKnownOn: undefined })}>{t("As things stand today")}</Button>
          </Look>
        </div>
      </Section>
      {may("ledger.entry.read") && <Tabs current={tab} tabs={[["loan", "A loan"], ["books", "The books"]]} keep={["loan", "asOf", "knownOn", "toAsOf", "toKnownOn"]} />}
      {tab === "books" ? <BooksThen looks={looks} /> : (
        <>
          <LoanPick chosen={search.loan !== undefined} onPick={(loan) => set({ loan }, false)} />
          {search.loan === undefined ? <Empty>{t("Choose a loan to look at.")}</Empty> : <LoanThen id={search.loan} looks={looks} />}
        </>
      )}
    </Page>
  );
}

function Look({ legend, children }: { legend: string; children: ReactNode }) {
  return <fieldset style={{ border: 0, margin: 0, padding: 0 }}><legend style={{ fontWeight: 600, marginBottom: 6 }}>{legend}</legend><div className="row">{children}</div></fieldset>;
}

/** Only days the books have been on: nothing is known of later ones. */
function Day({ label, value, onChange }: { label: string; value: string; onChange: (day: string | undefined) => void }) {
  const { lender } = useSession();
  return <label className="row muted">{label} <input type="date" value={value} max={lender.businessDate} onChange={(e) => onChange(e.currentTarget.value || undefined)} /></label>;
}
