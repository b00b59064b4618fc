import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { NoteJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { CommandForm } from "../../../ui/form.tsx";
import { formatDate } from "../../../ui/format.ts";
import { Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { Timeline } from "../../../ui/timeline.tsx";
import { NameText } from "../../kit/names.tsx";
import { Can, useSession } from "../../session.tsx";
import type { Items } from "./figure.tsx";

type Note = Static<typeof NoteJson>;

function useNotes(id: string) {
  return useGet<Items<Note>>(useSession().may("loan.note.read") ? `/loan-accounts/${id}/notes` : null);
}

/** The newest note, while it is an alert: what everybody must know before they touch the loan. */
export function Alert({ id }: { id: string }) {
  const note = useNotes(id).data?.items[0];
  return note?.alert === true ? <div className="notice warn" role="status"><strong>{note.body}</strong> <span className="muted"><NameText id={note.writtenBy} /> · {formatDate(note.businessDate)}</span></div> : null;
}

/** Notes that people leave for each other, newest first. */
export function Notes({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useNotes(id);
  // A new form after each note, so that what was written is gone from it.
  const count = query.data?.items.length ?? 0;
  return (
    <div className="split">
      <Section title={t("Notes")}>
        <Loaded query={query}>{(page) => page.items.length === 0 ? <Empty>{t("Nobody has left a note.")}</Empty> : <Timeline items={page.items.map((n) => ({ id: n.id, at: n.businessDate, title: <span style={{ whiteSpace: "pre-wrap" }}>{n.body}</span>, detail: n.alert ? <span className="tag warn">{t("Alert")}</span> : undefined, who: <NameText id={n.writtenBy} /> }))} />}</Loaded>
      </Section>
      <Can permission="loan.note.write">
        <Section title={t("Write a note")}>
          <CommandForm key={count} path={`/loan-accounts/${id}/notes`} submit="Save the note" fields={[{ name: "body", label: "Note", kind: "area", required: true }, { name: "alert", label: "An alert: shown at the head of the loan until a later note is none", kind: "check" }]} />
        </Section>
      </Can>
    </div>
  );
}
