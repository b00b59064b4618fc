import { Button, FileButton, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { inLanguage } from "../../../api/forms.ts";
import { useCommand } from "../../../api/hooks.ts";
import { uploadDocument } from "../../../api/documents.ts";
import type { ApiProblem } from "../../../api/client.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { humanise } from "../../../ui/format.ts";
import { Section } from "../../../ui/layout.tsx";
import { Empty } from "../../../ui/loaded.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { InstantText, StatusTag } from "../../../ui/values.tsx";
import { NameText } from "../../kit/names.tsx";
import { useSession } from "../../session.tsx";
import { PaperLink } from "./paper-view.tsx";
import type { Application } from "./application-360.tsx";

type Requirement = Application["requirements"][number];

/** Papers owed and conditions set, each with its evidence and the acts it allows. */
export function Requirements({ application: app }: { application: Application }) {
  const { t } = useTranslation();
  return (
    <Section title={t("Papers and conditions")} actions={<AskFor applicationId={app.id} state={app.state} />}>
      {app.requirements.length === 0 ? <Empty>{t("Nothing is owed yet; the list comes with the product when the application is handed in.")}</Empty> : <div className="stack">{app.requirements.map((r) => <RequirementRow key={r.id} applicationId={app.id} requirement={r} />)}</div>}
    </Section>
  );
}

const CLOSED = ["draft", "declined", "disbursed", "withdrawn", "expired", "funding"];

/** One more paper, or one more condition, while the case is open; the applicant sees it in the task list. */
function AskFor({ applicationId, state }: { applicationId: string; state: string }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [open, setOpen] = useState(false);
  if (!may("application.condition.manage") || CLOSED.includes(state)) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>{t("Ask for…")}</Button>
      <Dialog title={t("Ask for a paper or set a condition")} open={open} onClose={() => setOpen(false)}>
        <CommandForm path={`/applications/${applicationId}/requirements`} submit="Ask" onDone={() => setOpen(false)}
          body={(v) => ({ kind: v["kind"], label: v["label"], stage: v["stage"], ...(v["note"] === "" ? {} : { note: v["note"] }) })} fields={[
            { name: "kind", label: "What", kind: "choice", required: true, initial: "paper", options: [{ value: "paper", label: "A paper from the applicant" }, { value: "condition", label: "A condition to be met" }] },
            { name: "label", label: "Its name, as the applicant reads it", required: true }, { name: "stage", label: "Needed before", kind: "choice", required: true, initial: "funding", options: [{ value: "documents", label: "Signing" }, { value: "funding", label: "Payout" }] },
            { name: "note", label: "Why", kind: "area" },
          ]} />
      </Dialog>
    </>
  );
}

function RequirementRow({ applicationId, requirement: r }: { applicationId: string; requirement: Requirement }) {
  const { t, i18n } = useTranslation();
  const { may } = useSession();
  const [dialog, setDialog] = useState<"refuse" | "waive" | null>(null);
  const [kind, setKind] = useState(r.documentType ?? r.anyOf[0] ?? "");
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const act = useCommand<unknown>(`/applications/${applicationId}/requirements/${r.code}`, { onDone: () => setDialog(null) });
  const handIn = async (file: File | null) => {
    if (file === null) return;
    const stored = await uploadDocument(file, { ownerKind: "application", ownerId: applicationId, purpose: kind === "" ? r.code : kind });
    setProblem(stored.problem);
    if (stored.id !== null) await act.run({ act: "hand_in", documentId: stored.id, ...(kind === "" ? {} : { documentType: kind }) });
  };
  const review = may("document.file.review") || may("application.condition.manage");
  const open = r.state !== "met" && r.state !== "waived";
  return (
    <div className="requirement">
      <div className="row" style={{ justifyContent: "space-between" }}><strong>{inLanguage(r.label, i18n.language)}</strong><StatusTag value={r.state} /></div>
      <p className="muted">{t(humanise(r.kind))} · {t("before {{stage}}", { stage: t(humanise(r.stage)) })}{r.anyOf.length > 0 && <> · {t("any of {{kinds}}", { kinds: r.anyOf.map((k) => t(humanise(k))).join(", ") })}</>}{r.note !== null && <> · “{r.note}”</>}</p>
      {r.state !== "owed" && <p className="muted"><NameText id={r.changedBy} /> · <InstantText value={r.changedAt} /></p>}
      {r.documentId !== null && <div><PaperLink id={r.documentId} title={inLanguage(r.label, i18n.language)}>{t("Show the paper")}</PaperLink>{r.documentType !== null && <> ({t(humanise(r.documentType))})</>}</div>}
      <ProblemNotice problem={problem ?? act.problem} />
      {open && (
        <div className="row">
          {may("document.file.upload") && r.kind === "paper" && <>
            {r.anyOf.length > 1 && <NativeSelect size="xs" aria-label={t("Kind of paper")} value={kind} data={r.anyOf.map((k) => ({ value: k, label: t(humanise(k)) }))} onChange={(e) => setKind(e.currentTarget.value)} />}
            <FileButton accept="image/*,.heic,application/pdf" onChange={(f) => void handIn(f)}>{(props) => <Button {...props} size="compact-sm" variant="default" loading={act.pending}>{t("Add paper")}</Button>}</FileButton>
          </>}
          {review && r.state !== "owed" && <><Button size="compact-sm" loading={act.pending} onClick={() => void act.run({ act: "accept" })}>{t("Accept")}</Button>{r.state !== "refused" && <Button size="compact-sm" variant="default" onClick={() => setDialog("refuse")}>{t("Refuse")}</Button>}</>}
          {review && r.kind === "condition" && r.state === "owed" && <Button size="compact-sm" loading={act.pending} onClick={() => void act.run({ act: "accept" })}>{t("Met")}</Button>}
          {may("application.condition.manage") && <Button size="compact-sm" variant="default" onClick={() => setDialog("waive")}>{t("Waive")}</Button>}
        </div>
      )}
      <Dialog title={dialog === "refuse" ? t("Refuse") : t("Waive")} open={dialog !== null} onClose={() => setDialog(null)}>
        {dialog !== null && <CommandForm path={`/applications/${applicationId}/requirements/${r.code}`} submit={dialog === "refuse" ? "Refuse" : "Waive"} body={(v) => ({ act: dialog, note: v["note"] })} fields={[{ name: "note", label: dialog === "refuse" ? "What the applicant should send instead" : "Reason", kind: "area", required: true }]} onDone={() => setDialog(null)} />}
      </Dialog>
    </div>
  );
}
