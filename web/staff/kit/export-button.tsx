import { Button } from "@mantine/core";
import { address, type Query } from "../../api/client.ts";
import { useCommand } from "../../api/hooks.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

/** Told to the page when work was put into the queue, so that the jobs tray opens. */
export const JOB_STARTED = "lw.job-started";
const AT_ONCE = 5_000;

/** The list as CSV: at once while it is short, as a job with a file to fetch when it is long. */
export function ExportButton({ path, list, query, total, exact }: { path: string; list: string; query: Query; total: number | undefined; exact: boolean }) {
  const order = useCommand<object>("/exports", { quiet: true, onDone: () => void document.dispatchEvent(new Event(JOB_STARTED)) });
  if (exact && (total ?? 0) <= AT_ONCE) return <Button component="a" variant="default" size="compact-sm" href={address(path, { ...query, format: "csv" })} download>CSV</Button>;
  return (
    <>
      <Button variant="default" size="compact-sm" loading={order.pending} onClick={() => void order.run({ list, query: Object.fromEntries(Object.entries(query).filter(([, v]) => v !== undefined && v !== "")) })}>CSV</Button>
      <ProblemNotice problem={order.problem} />
    </>
  );
}
