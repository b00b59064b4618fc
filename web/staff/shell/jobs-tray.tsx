import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { address } from "../../api/client.ts";
import { useCommand, useGet } from "../../api/hooks.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { formatCount } from "../../ui/format.ts";
import { Empty, Loaded } from "../../ui/loaded.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { useTexts } from "../../ui/texts.ts";
import { InstantText, StatusTag } from "../../ui/values.tsx";
import type { PageOf } from "../kit/data-table.tsx";
import { JOB_STARTED } from "../kit/export-button.tsx";
import { NameText } from "../kit/names.tsx";
import { useSession } from "../session.tsx";
import { jobsTexts } from "./jobs.texts.ts";

interface JobItem {
  readonly id: string; readonly kind: string; readonly title: string; readonly state: string; readonly doneCount: number; readonly totalCount: number | null; readonly failedCount: number; readonly detail: string | null;
  readonly startedBy: string; readonly createdAt: string; readonly changedAt: string; readonly expectedAt: string | null; readonly cancellable: boolean; readonly stopping: boolean; readonly repeatable: boolean;
  readonly resultName: string | null; readonly resultBytes: number | null;
}

const OPEN_STATES = new Set(["queued", "running"]);

/** Long work in one place; it lives on the server, so it survives a reload. */
export function JobsTray() {
  const tt = useTexts(jobsTexts);
  const { me, may } = useSession();
  const [open, setOpen] = useState(false);
  const [mine, setMine] = useState(true);
  const wide = me.permissions.some((p) => p.permission === "job.run.read" && p.scope === "tenant");
  const [busy, setBusy] = useState(false);
  const jobs = useGet<PageOf<JobItem>>(may("job.run.read") ? "/jobs" : null, { limit: 20, filter: mine || !wide ? [`startedBy:eq:${me.id}`] : [] }, { everyMs: open || busy ? 1_500 : 15_000, keep: true });
  const running = jobs.data?.items.filter((j) => OPEN_STATES.has(j.state)).length ?? 0;
  useEffect(() => setBusy(running > 0), [running]);
  useEffect(() => {
    const started = () => {
      setMine(true);
      setOpen(true);
      void jobs.refetch();
    };
    document.addEventListener(JOB_STARTED, started);
    return () => document.removeEventListener(JOB_STARTED, started);
  }, []);
  if (!may("job.run.read")) return null;
  return (
    <>
      <button type="button" className="icon-button" onClick={() => setOpen(true)} aria-label={running === 0 ? tt("title") : tt("running", { count: running })}><span aria-hidden className={running > 0 ? "turning" : undefined}>⟳</span>{running > 0 && <span aria-hidden> {running}</span>}</button>
      <Dialog side title={tt("title")} open={open} onClose={() => setOpen(false)}>
        <div className="stack">
          <p className="muted">{tt("note")}</p>
          {wide && <div className="views" role="group" aria-label={tt("title")}>{([["mine", true], ["all", false]] as const).map(([key, value]) => <button key={key} type="button" className={mine === value ? "view on" : "view"} aria-pressed={mine === value} onClick={() => setMine(value)}>{tt(key)}</button>)}</div>}
          <Loaded query={jobs}>{(page) => (page.items.length === 0 ? <Empty>{tt("empty")}</Empty> : <ul className="timeline jobs" aria-live="polite">{page.items.map((j) => <Job key={j.id} job={j} />)}</ul>)}</Loaded>
        </div>
      </Dialog>
    </>
  );
}

function Job({ job }: { job: JobItem }) {
  const tt = useTexts(jobsTexts);
  const { me, may } = useSession();
  const cancel = useCommand<object>(`/jobs/${job.id}/cancel`);
  const retry = useCommand<object>(`/jobs/${job.id}/retry`);
  const share = job.totalCount === null || job.totalCount === 0 ? null : Math.min(100, Math.floor((job.doneCount / job.totalCount) * 100));
  const facts = [
    job.totalCount === null ? job.doneCount > 0 && tt("done", { done: formatCount(job.doneCount) }) : tt("done_of", { done: formatCount(job.doneCount), total: formatCount(job.totalCount) }),
    OPEN_STATES.has(job.state) && share !== null && tt("percent", { percent: share }), job.stopping && tt("stopping"), timeLeft(job, tt),
  ].filter((fact) => typeof fact === "string");
  return (
    <li>
      <div className="row" style={{ justifyContent: "space-between", flexWrap: "nowrap", alignItems: "flex-start" }}><strong>{job.title}</strong><StatusTag value={job.state} /></div>
      {OPEN_STATES.has(job.state) && <progress {...(share === null ? {} : { max: 100, value: share })} aria-label={job.title} />}
      <div className="muted small">{facts.join(" · ")}{job.failedCount > 0 && <>{facts.length > 0 && " · "}<span className="neg">{tt("failed", { count: job.failedCount })}</span></>}</div>
      {job.detail !== null && <p className="small">{job.detail}</p>}
      <div className="muted small"><InstantText value={job.createdAt} /> · {tt("by")} {job.startedBy === me.id ? tt("you") : job.startedBy.startsWith("job:") ? tt("platform") : <NameText id={job.startedBy} />}</div>
      {job.failedCount > 0 && <Failures job={job} />}
      <div className="row">
        {job.resultName !== null && <><Button component="a" size="compact-sm" href={address(`/jobs/${job.id}/result`)} download={job.resultName}>{tt("download")}</Button><span className="muted small">{tt("kept", { size: sizeOf(job.resultBytes ?? 0) })}</span></>}
        {job.cancellable && may("job.run.manage") && <Button size="compact-sm" variant="default" loading={cancel.pending} onClick={() => void cancel.run({})}>{tt("stop")}</Button>}
        {job.repeatable && may("job.run.manage") && <Button size="compact-sm" variant="default" loading={retry.pending} onClick={() => void retry.run({})}>{tt("retry")}</Button>}
      </div>
      <ProblemNotice problem={cancel.problem ?? retry.problem} />
    </li>
  );
}

function Failures({ job }: { job: JobItem }) {
  const tt = useTexts(jobsTexts);
  const [open, setOpen] = useState(false);
  const failures = useGet<PageOf<{ position: number; subject: string; reason: string }>>(open ? `/jobs/${job.id}/failures` : null, { limit: 100 });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="small">{tt("reasons")}</summary>
      {open && <Loaded query={failures} lines={2}>{(page) => <ul className="small">{page.items.map((f) => <li key={f.position}><strong>{f.subject}</strong> {f.reason}</li>)}</ul>}</Loaded>}
    </details>
  );
}

/** Said from the server's two instants, so that a wrong clock in the browser does not matter. */
function timeLeft(job: JobItem, tt: ReturnType<typeof useTexts<typeof jobsTexts.en>>): string | false {
  if (job.expectedAt === null || job.stopping) return false;
  const seconds = Math.max(1, Math.round((Date.parse(job.expectedAt) - Date.parse(job.changedAt)) / 1000));
  return seconds < 90 ? tt("left_seconds", { n: seconds }) : tt("left_minutes", { n: Math.round(seconds / 60) });
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${formatCount(Math.ceil(bytes / 1000))} kB` : `${formatCount(Math.round(bytes / 1_000_000))} MB`;
}
