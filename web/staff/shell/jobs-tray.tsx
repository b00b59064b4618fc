import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../../api/hooks.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { InstantText, StatusTag } from "../../ui/values.tsx";
import type { PageOf } from "../kit/data-table.tsx";
import { useSession } from "../session.tsx";

interface JobItem { readonly id: string; readonly kind: string; readonly title: string; readonly state: string; readonly doneCount: number; readonly totalCount: number | null; readonly failedCount: number; readonly detail: string | null; readonly startedBy: string; readonly createdAt: string }

/** Long work in one place; it lives on the server, so it survives a reload. */
export function JobsTray() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [open, setOpen] = useState(false);
  const jobs = useGet<PageOf<JobItem>>(may("job.run.read") ? "/jobs" : null, { limit: 20 }, { everyMs: open ? 1_500 : 15_000, keep: true });
  const running = jobs.data?.items.filter((j) => j.state === "running" || j.state === "queued").length ?? 0;
  if (!may("job.run.read")) return null;
  return (
    <>
      <button type="button" className="icon-button" onClick={() => setOpen(true)} aria-label={running === 0 ? t("Jobs") : t("{{count}} jobs running", { count: running })}><span aria-hidden>⟳{running > 0 ? ` ${running}` : ""}</span></button>
      <Dialog side title={t("Jobs")} open={open} onClose={() => setOpen(false)}>
        <Loaded query={jobs}>{(page) => (page.items.length === 0 ? <Empty>{t("No long work has been started yet.")}</Empty> : (
          <ul className="timeline">{page.items.map((j) => (
            <li key={j.id}>
              <div className="row" style={{ justifyContent: "space-between" }}><strong>{j.title}</strong><StatusTag value={j.state} /></div>
              {j.totalCount !== null && j.totalCount > 0 && <progress max={j.totalCount} value={j.doneCount} style={{ width: "100%" }} aria-label={j.title} />}
              <div className="muted" style={{ fontSize: 12.5 }}>{j.totalCount === null ? j.doneCount : t("{{done}} of {{total}}", { done: j.doneCount, total: j.totalCount })}{j.failedCount > 0 && <> · <span className="neg">{t("{{n}} failed", { n: j.failedCount })}</span></>} · <InstantText value={j.createdAt} /></div>
              {j.detail !== null && <p className="muted">{j.detail}</p>}
            </li>
          ))}</ul>
        ))}</Loaded>
      </Dialog>
    </>
  );
}
