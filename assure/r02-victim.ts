/**
 * A process that closes days like any other (portfolio-process.ts), and ends itself by kill -9 at one named point of the day's transactions. The points are
 * found by watching the statements that the driver sends, so the product's code knows nothing of it.
 *
 * CHECK_KILL_AT names the point; CHECK_POINTS names a file to which every point passed is added. CHECK_PLANTED=early plants a mistake, so that the check can be
 * seen to notice: checkpoints are committed apart from the work, and before it.
 */
import { appendFileSync } from "node:fs";
import pg from "pg";
import { pointName, type Moment } from "./r02-points.ts";

const killAt = process.env["CHECK_KILL_AT"];
const pointsFile = process.env["CHECK_POINTS"];
const planted = process.env["CHECK_PLANTED"] === "early";

interface Statement { readonly name?: string; readonly text?: string; readonly values?: readonly unknown[] }
interface Watched { tenantId: string; /** What the open transaction is about. */ part?: string; working: boolean }
interface Moments { readonly before?: Moment; readonly during?: Moment; readonly after?: Moment }

const watched = new WeakMap<pg.Client, Watched>();
const send = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;

pg.Client.prototype.query = function query(this: pg.Client, ...args: unknown[]): unknown {
  const statement: Statement = typeof args[0] === "string" ? { text: args[0] } : (args[0] as Statement);
  const { before, during, after } = momentsOf(this, statement);
  const part = watched.get(this)?.part ?? "";
  if (before !== undefined) pass(part, before);
  if (planted && statement.name === "kernel.eod.checkpoint") return Promise.resolve({ rows: [], rowCount: 1 });
  const answer = send.apply(this, args);
  // The statement leaves with the end of this turn of the event loop.
  if (during !== undefined) setImmediate(() => pass(part, during));
  if (!(answer instanceof Promise)) return answer;
  const seen = planted && statement.name === "kernel.eod.checkpointed" ? answer.then((found: { rows: unknown[] }) => checkpointFirst(found, part)) : answer;
  return after === undefined ? seen : seen.then((value: unknown) => {
    pass(part, after);
    return value;
  });
} as typeof pg.Client.prototype.query;

/** Which moments lie before a statement, while it is on its way, and after its answer. */
function momentsOf(client: pg.Client, { name, text, values }: Statement): Moments {
  const tenantId = text?.startsWith("BEGIN") === true ? /loanwright\.tenant_id = '(tn_\w+)'/.exec(text)?.[1] : undefined;
  if (tenantId !== undefined) watched.set(client, { tenantId, working: false });
  const state = watched.get(client);
  if (state === undefined) return {};
  if (name === "kernel.eod.claim") {
    state.part = (values ?? []).map(String).join(" ");
    return { after: "claimed" };
  }
  if (name === "kernel.eod.move_day" || name === "kernel.eod.finish") {
    state.part = `${state.tenantId} ${name === "kernel.eod.finish" ? "finishing" : "opening"}`;
    state.working = true;
    return { after: "at work" };
  }
  if (state.part === undefined) return {};
  if (name === "kernel.eod.checkpoint") return { before: "work done" };
  if (text === "COMMIT") return { before: "before commit", during: "commit on its way", after: "committed" };
  if (name === undefined || name.startsWith("kernel.") || state.working) return {};
  state.working = true;
  return { after: "at work" };
}

function pass(part: string, moment: Moment): void {
  const point = pointName(part, moment);
  if (pointsFile !== undefined) appendFileSync(pointsFile, `${point}\n`);
  if (point === killAt) process.kill(process.pid, "SIGKILL");
}

/** The planted mistake. */
async function checkpointFirst<T extends { rows: unknown[] }>(found: T, part: string): Promise<T> {
  if (found.rows.length > 0) return found;
  const [tenantId, date, step, shard] = part.split(" ");
  const other = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
  await other.connect();
  await other.query("INSERT INTO kernel.eod_checkpoint (tenant_id, business_date, step, shard, done_at, touched_count, failed_count, milliseconds) VALUES ($1, $2, $3, $4, now(), 0, 0, 0)", [tenantId, date, step, shard]);
  await other.end();
  return found;
}

await import("./portfolio-process.ts");
