import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

/** The pages of a PDF as pictures with their text beside them for screen readers; the drawing part is fetched when it is first needed. */
export function PdfPages({ url, title }: { url: string; title: string }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"drawing" | "drawn" | "failed">("drawing");
  useEffect(() => {
    const box = place.current;
    if (box === null) return;
    let live = true;
    box.replaceChildren();
    setState("drawing");
    const draw = async () => {
      // The box itself has no size of its own; narrow screens draw finer than they show, so that a page can be enlarged.
      const { drawPages } = await import("./pdf-canvas.ts");
      for await (const page of drawPages(url, Math.max(600, box.parentElement?.clientWidth ?? 0))) {
        if (!live) return;
        const words = document.createElement("div");
        words.className = "visually-hidden";
        words.textContent = page.text;
        page.canvas.setAttribute("role", "img");
        page.canvas.setAttribute("aria-label", t("{{title}}, page {{n}} of {{total}}", { title, n: page.number, total: page.of }));
        box.append(page.canvas, words);
      }
      if (live) setState("drawn");
    };
    draw().catch(() => live && setState("failed"));
    return () => {
      live = false;
    };
  }, [url]);
  return (
    <>
      {state === "drawing" && <div role="status" aria-busy="true" className="muted">{t("Drawing the pages …")}</div>}
      {state === "failed" && <div role="status" className="notice warn">{t("This file cannot be shown here; it may be locked with a password. Download it instead.")}</div>}
      <div ref={place} style={{ display: "contents" }} />
    </>
  );
}
