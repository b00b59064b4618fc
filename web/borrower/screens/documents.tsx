import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/client.ts";
import { uploadDocument } from "../../api/documents.ts";
import { inLanguage } from "../../api/forms.ts";
import { useCommand, useGet } from "../../api/hooks.ts";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { StatusTag } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { DocumentButton } from "../paper.tsx";
import { Link, useParams } from "../router.tsx";
import type { Application, Requirement } from "../types.ts";
import { paperWords } from "../words.ts";
import { paperState } from "./application.tsx";

const MAX_BYTES = 25 * 1024 * 1024;

/** Papers with the camera or from the files; any of several kinds meets one need: B4. */
export function Documents() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const query = useGet<Application>(`/applications/${id}`, {}, { everyMs: 8_000 });
  return (
    <SignedIn>
      <div className="b-stack">
        <div><h1>{t("Papers")}</h1><p className="muted">{t("Photos from any phone are fine (JPEG, PNG, HEIC), or PDF. At most 25 MB each. You can add papers until the loan is paid out.")}</p></div>
        <Loaded query={query}>{(app) => {
          const papers = app.requirements.filter((r) => r.kind === "paper");
          return papers.length === 0 ? <Empty>{t("No papers are needed.")}</Empty> : <>{papers.map((r) => <Paper key={r.code} applicationId={id} requirement={r} />)}</>;
        }}</Loaded>
        <Link to={`/borrower/applications/${id}`}>{t("Back to your application")}</Link>
      </div>
    </SignedIn>
  );
}

function Paper({ applicationId, requirement: r }: { applicationId: string; requirement: Requirement }) {
  const { t, i18n } = useTranslation();
  const [kind, setKind] = useState(r.documentType ?? r.anyOf[0] ?? "");
  const [name, setName] = useState("");
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const handIn = useCommand<unknown>(`/applications/${applicationId}/requirements/${r.code}`);
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    // Emptied at once, so that the same file can be chosen again after a fault.
    if (file !== undefined) await send(file);
    input.value = "";
  };
  const send = async (file: File) => {
    // Said before minutes of upload over a slow line.
    if (file.size > MAX_BYTES) {
      setProblem(new ApiProblem({ status: 413, code: "request.too_large", title: "The file is too large", fix: "Send a file of at most 25 MB; a photo of each page is fine too." }));
      return;
    }
    setName(file.name);
    setSending(true);
    const stored = await uploadDocument(file, { ownerKind: "application", ownerId: applicationId, purpose: kind === "" ? r.code : kind });
    setProblem(stored.problem);
    if (stored.id !== null) await handIn.run({ act: "hand_in", documentId: stored.id, ...(kind === "" ? {} : { documentType: kind }) });
    setSending(false);
  };
  const open = r.state !== "met" && r.state !== "waived";
  return (
    <section className="b-card b-stack" aria-label={inLanguage(r.label, i18n.language)}>
      <div className="row" style={{ justifyContent: "space-between" }}><h2>{inLanguage(r.label, i18n.language)}</h2><StatusTag value={r.state} label={t(paperState(r.state))} /></div>
      {r.state === "refused" && r.note !== null && <div className="notice warn"><p>{r.note}</p></div>}
      {r.documentId !== null && <p><DocumentButton id={r.documentId} title={inLanguage(r.label, i18n.language)}>{t("See what you sent")}</DocumentButton>{r.documentType !== null && <span className="muted"> · {t(paperWords(r.documentType))}</span>}</p>}
      {open && (
        <>
          {r.anyOf.length > 1 && <fieldset className="b-choices"><legend>{t("One of these is enough")}</legend>{r.anyOf.map((k) => <label key={k}><input type="radio" name={`kind-${r.code}`} checked={kind === k} onChange={() => setKind(k)} />{t(paperWords(k))}</label>)}</fieldset>}
          <ProblemNotice problem={problem ?? handIn.problem} />
          {sending && <div role="status"><p>{t("Sending {{name}} …", { name })}</p><progress style={{ width: "100%" }} aria-label={t("Sending {{name}} …", { name })} /></div>}
          {r.documentId !== null && <p className="muted">{t("Not the right one? Send another; it takes the place of this one.")}</p>}
          <div className="b-actions">
            <label className="b-file">{t("Take a photo")}<input type="file" accept="image/*" capture="environment" onChange={(e) => void take(e.currentTarget)} /></label>
            <label className="b-file quiet">{t("Choose a file")}<input type="file" accept="image/jpeg,image/png,image/heic,image/heif,.heic,.heif,application/pdf" onChange={(e) => void take(e.currentTarget)} /></label>
          </div>
        </>
      )}
    </section>
  );
}
