import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { CloseDeskJson, PeriodCloseJson, PeriodEventItem } from "#modules/ledger/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm, type FieldSpec } from "../../../ui/form.tsx";
import { formatDate, humanise } from "../../../ui/format.ts";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { ButtonLink } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can, useSession } from "../../session.tsx";

type Book = CloseDeskJson["books"][number];
type Check = Book["checks"][number]["check"];

/** What each check asks, and where one goes to settle it. */
const CHECKS: Readonly<Record<Check, { readonly label: string; readonly to: string }>> = {
  end_of_day: { label: "End of day has closed the day", to: "/end-of-day" },
  quarantine: { label: "Nothing waits in quarantine", to: "/end-of-day" },
  balanced: { label: "Debits equal credits", to: "/ledger" },
  control_accounts: { label: "Control accounts equal the loans", to: "/ledger" },
  suspense_age: { label: "Suspense and clearing are fresh", to: "/ledger/suspense" },
  bank_lines: { label: "Bank lines are reconciled", to: "/bank" },
  provisions: { label: "Provisions are posted", to: "/provisions" },
  revaluation: { label: "Foreign balances are revalued", to: "/ledger/currencies" },
};

const EVENTS: readonly Column<Static<typeof PeriodEventItem>>[] = [
  { key: "recordedAt", label: "Recorded at", kind: "instant", sort: true }, { key: "book", label: "Book", kind: "words", filter: true, sort: true }, { key: "act", label: "Act", kind: "words", filter: true, options: ["closed", "reopened"] },
  { key: "closedThrough", label: "Closed through", kind: "date", sort: true, filter: true }, { key: "closedBefore", label: "Before that", kind: "date", filter: true }, { key: "reason", label: "Reason" }, { key: "red", label: "Red checks", hidden: true },
  { key: "makerId", label: "Asked by", names: "person", filter: true }, { key: "actorId", label: "Done by", names: "person", filter: true },
];

/** Each book with what is in order and what is not, its closing, and its reopening by two people: F2. */
export function CloseDesk() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search, set] = useSearchState<{ through?: string }>();
  const [acting, setActing] = useState<{ book: Book; act: "close" | "reopen" } | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const query = useGet<CloseDeskJson>("/close-desk", { through: search.through }, { keep: true });
  return (
    <Loaded query={query}>
      {(desk) => (
        <Page title={t("Close desk")} note={t("What must be in order before a book is closed through a day.")} actions={<>
          <label className="row muted">{t("Close through")} <input type="date" value={search.through ?? desk.through} max={lender.closedThrough} onChange={(e) => set({ through: e.currentTarget.value || undefined })} /></label>
          <ButtonLink to="/ledger">{t("Trial balance")}</ButtonLink>
          <ButtonLink to="/ledger/accruals">{t("Accruals")}</ButtonLink>
        </>}>
          {done !== null && <div className="notice good" role="status">{done}</div>}
          {desk.books.map((book) => (
            <Section key={book.book} flush title={<>{t(humanise(book.book))} <span className={book.ready ? "tag good" : "tag bad"}>{book.ready ? t("Ready to close") : t("Open points")}</span></>} actions={<Can permission="ledger.period.close">
              <span className="muted">{book.closedThrough === null ? t("no period closed yet") : t("closed through {{date}}", { date: formatDate(book.closedThrough) })}</span>
              {book.closedThrough !== null && <Button size="compact-sm" variant="default" onClick={() => setActing({ book, act: "reopen" })}>{t("Reopen…")}</Button>}
              {(book.closedThrough ?? "") < desk.through && <Button size="compact-sm" variant={book.ready ? "filled" : "default"} onClick={() => setActing({ book, act: "close" })}>{t("Close period…")}</Button>}
            </Can>}>
              <Grid label="Checklist" rows={book.checks} rowKey={(c) => c.check} columns={[
                { header: "State", cell: (c) => <span className={c.state === "green" ? "tag good" : "tag bad"}>{c.state === "green" ? t("In order") : t("Open")}</span> },
                { header: "Check", cell: (c) => <Link to={CHECKS[c.check].to}>{t(CHECKS[c.check].label)}</Link> },
                { header: "What was found", cell: (c) => <div className="long">{c.detail}</div> },
              ]} />
            </Section>
          ))}
          <DataTable path="/period-events" list="ledger.period_events" caption="Closed and reopened" columns={EVENTS} rowKey={(r) => r.id} empty={t("No period was closed yet.")} />
          <Dialog title={acting?.act === "reopen" ? t("Reopen a period") : t("Close the period")} open={acting !== null} onClose={() => setActing(null)}>
            {acting?.act === "close" && <CloseForm book={acting.book} through={desk.through} onCancel={() => setActing(null)} onDone={(closed) => {
              setActing(null);
              setDone(t("Closed through {{date}}.", { date: formatDate(closed.closedThrough) }));
            }} />}
            {acting?.act === "reopen" && <CommandForm path="/period-reopenings" submit="Propose" note={<p className="muted">{t("Nothing opens before a second person agrees. The reason is kept.")}</p>} fields={[{ name: "from", label: "First day that is open again", kind: "date", required: true, max: acting.book.closedThrough ?? undefined, initial: acting.book.closedThrough ?? "" }, REASON]} body={(v) => ({ ...v, book: acting.book.book })} onCancel={() => setActing(null)} onDone={() => {
              setActing(null);
              setDone(t("Proposed. A second person reopens the period under Approvals."));
            }} />}
          </Dialog>
        </Page>
      )}
    </Loaded>
  );
}

const REASON: FieldSpec = { name: "reason", label: "Reason", kind: "area", required: true };

function CloseForm({ book, through, onCancel, onDone }: { book: Book; through: string; onCancel: () => void; onDone: (closed: Static<typeof PeriodCloseJson>) => void }) {
  const { t } = useTranslation();
  const note = book.ready ? t("Nothing is posted on or before that day any more.") : t("Some points are open. Say why the period is closed in spite of them; the reason is kept with the checklist.");
  return <CommandForm<Static<typeof PeriodCloseJson>> path="/period-closes" submit="Close the period" note={<p className="muted">{t(humanise(book.book))} · {formatDate(through)}. {note}</p>} fields={book.ready ? [] : [REASON]} body={(v) => ({ ...v, through, book: book.book })} onCancel={onCancel} onDone={onDone} />;
}
