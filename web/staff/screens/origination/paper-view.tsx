import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { DocumentJson } from "#modules/documents/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { humanise } from "../../../ui/format.ts";
import { Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { PdfPages } from "../../../ui/pdf-pages.tsx";
import { InstantText, StatusTag } from "../../../ui/values.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import { NameText } from "../../kit/names.tsx";
import "../desk.css";

/** What we wrote ourselves comes after what the applicant handed in. */
const OURS: ReadonlySet<string> = new Set(["decision_letter", "agreement", "key_facts"]);

type Paper = Static<typeof DocumentJson>;

/** The papers of a case, shown as they are: pages of a PDF drawn, pictures directly. Each look is recorded by the server. */
export function Papers({ ownerId }: { ownerId: string }) {
  const { t } = useTranslation();
  const query = useGet<PageOf<Paper>>("/documents", { filter: [`ownerId:eq:${ownerId}`], limit: 100 });
  const [picked, setPicked] = useState<string | null>(null);
  return (
    <Section title={t("Papers")}>
      <Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("No paper has been handed in.")}>
        {(page) => {
          const shown = page.items.find((d) => d.id === picked) ?? page.items.find((d) => !OURS.has(d.purpose)) ?? page.items[0];
          return shown === undefined ? <Empty /> : (
            <div className="stack">
              {page.items.length > 1 && <div className="paper-tabs" role="group" aria-label={t("Papers")}>{page.items.map((d) => <button key={d.id} type="button" className={d.id === shown.id ? "view on" : "view"} aria-pressed={d.id === shown.id} onClick={() => setPicked(d.id)}>{t(humanise(d.purpose))}</button>)}</div>}
              <PaperView key={shown.id} paper={shown} />
            </div>
          );
        }}
      </Loaded>
    </Section>
  );
}

/** A paper in a layer over the page, by its id. */
export function PaperLink({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return <><button type="button" className="quiet-button link" onClick={() => setOpen(true)}>{children}</button><Dialog wide title={title} open={open} onClose={() => setOpen(false)}>{open && <OnePaper id={id} />}</Dialog></>;
}

function OnePaper({ id }: { id: string }) {
  const query = useGet<Paper>(`/documents/${id}`);
  return <Loaded query={query}>{(paper) => <div className="stack"><PaperView paper={paper} /></div>}</Loaded>;
}

function PaperView({ paper }: { paper: Paper }) {
  const { t } = useTranslation();
  const url = `/v1/documents/${paper.id}/content`;
  return (
    <>
      <div className="row" style={{ justifyContent: "space-between" }}><span><strong>{t(humanise(paper.purpose))}</strong> <StatusTag value={paper.state} /></span><a href={url} download>{t("Download")}</a></div>
      <p className="muted" style={{ fontSize: 12.5, overflowWrap: "anywhere" }}>{paper.fileName} · <NameText id={paper.storedBy} /> · <InstantText value={paper.storedAt} />{paper.reason !== null && <> · {paper.reason}</>}</p>
      <div className="paper-view" tabIndex={0} role="region" aria-label={t(humanise(paper.purpose))}>
        {paper.contentType === "application/pdf" ? <PdfPages url={url} title={t(humanise(paper.purpose))} /> : paper.contentType.startsWith("image/") ? <img src={url} alt={t("{{purpose}}, as it was handed in", { purpose: t(humanise(paper.purpose)) })} /> : <Empty>{t("This kind of file cannot be shown here; download it.")}</Empty>}
      </div>
    </>
  );
}
