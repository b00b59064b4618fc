import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Loaded } from "../ui/loaded.tsx";
import { PdfPages } from "../ui/pdf-pages.tsx";

/** A paper one tap away: its pages on the screen, and the file to keep. `url` is the address of a PDF. */
export function PaperButton({ url, title, note }: { url: string; title: string; note?: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="b-task b-open" onClick={() => setOpen(true)}><span><strong>{title}</strong>{note !== undefined && <><br /><span className="muted" style={{ fontSize: 14 }}>{note}</span></>}</span><span aria-hidden>›</span></button>
      <Dialog title={title} open={open} onClose={() => setOpen(false)} wide><Pages url={url} title={title} /></Dialog>
    </>
  );
}

/** The pages themselves, with the way to keep the file. */
export function Pages({ url, title, short = false }: { url: string; title: string; short?: boolean }) {
  const { t } = useTranslation();
  const [large, setLarge] = useState(false);
  return (
    <div className="b-stack">
      <div className={`b-pages${short ? " short" : ""}${large ? " large" : ""}`} tabIndex={0} role="region" aria-label={title}><PdfPages url={url} title={title} /></div>
      <div className="row" style={{ justifyContent: "space-between" }}><a href={url} download>{t("Download (PDF)")}</a><button type="button" className="quiet-button b-link" aria-pressed={large} onClick={() => setLarge(!large)}>{t("Larger print")}</button></div>
    </div>
  );
}

/** A stored document: a picture as a picture, a PDF by its pages. */
export function DocumentButton({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="quiet-button b-link" onClick={() => setOpen(true)}>{children}</button>
      <Dialog title={title} open={open} onClose={() => setOpen(false)} wide><Preview id={id} title={title} /></Dialog>
    </>
  );
}

function Preview({ id, title }: { id: string; title: string }) {
  const known = useGet<{ contentType: string; fileName: string }>(`/documents/${id}`);
  const url = `/v1/documents/${id}/content`;
  return <Loaded query={known}>{(d) => (d.contentType.startsWith("image/") ? <div className="b-pages"><img src={url} alt={`${title}: ${d.fileName}`} /></div> : <Pages url={url} title={title} />)}</Loaded>;
}
