import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** A layer over the page: the browser's own dialog, so focus stays inside and Esc closes just this one. `side` is a panel at the right. */
export function Dialog({ title, open, onClose, children, side = false, wide = false }: { title: ReactNode; open: boolean; onClose: () => void; children: ReactNode; side?: boolean; wide?: boolean }) {
  const place = useRef<HTMLDialogElement>(null);
  const { t } = useTranslation();
  useEffect(() => {
    const dialog = place.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={place} className={`layer${side ? " side" : ""}${wide ? " wide" : ""}`} aria-label={typeof title === "string" ? title : undefined} onClose={onClose} onClick={(event) => event.target === place.current && onClose()} onKeyDown={(event) => event.stopPropagation()}>
      {open && (
        <div className="layer-box">
          <header><h2>{title}</h2><button type="button" className="icon-button" aria-label={t("Close")} onClick={onClose}>✕</button></header>
          <div className="layer-body">{children}</div>
        </div>
      )}
    </dialog>
  );
}
