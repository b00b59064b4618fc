import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import Type from "typebox";
import { closeDays } from "./close-days.ts";
import { listExport } from "./http/list-export.ts";
import { listRoute } from "./http/list-route.ts";
import { buildServer } from "./http/server.ts";
import type { App } from "./http/app.ts";
import { cancelRun, carryOutRun, mendRuns, readResult, registerLongWork, retryRun, startRun, tracked } from "./job-runs.ts";
import { problem } from "./kernel-problems.ts";
import { isProblem } from "./problems.ts";
import { grantsOf, type Role } from "./permissions.ts";
import { testWorld, type TestWorld } from "./testing/world.ts";

let world: TestWorld;
let app: App;
const ROWS = 6_001;

before(async () => {
  world = await testWorld();
  registerLongWork(listExport);
  app = await buildServer({
    services: world.services,
    authenticate: async ({ headers }) => {
      const [id = "", role = "auditor"] = String(headers["x-test"]).split("/");
      return { tenantId: world.bharat, actor: { kind: "staff", id, name: id, roles: [role as Role], grants: grantsOf([role as Role]), amountLimits: new Map() } };
    },
    modules: [{ name: "t", routes: (at) => listRoute(at, {
      path: "/v1/numbers", operationId: "listNumbers", summary: "Numbers", permission: "audit.record.read", item: Type.Object({ n: Type.Integer(), name: Type.String() }),
      list: { name: "test.numbers", from: `generate_series(1, ${ROWS}) AS s (n)`, key: "s.n", defaultSort: "-n", columns: { n: { sql: "s.n", kind: "integer", label: "N", sort: true, filter: true }, name: { sql: "'=row ' || s.n", kind: "text", label: "Name" } } },
    }) }],
  });
});
after(async () => {
  await app.close();
  await world.close();
});

const get = (who: string, url: string) => app.inject({ method: "GET", url, headers: { "x-test": who } });
let keys = 0;
const post = (who: string, url: string, payload: object = {}) => app.inject({ method: "POST", url, payload, headers: { "x-test": who, "idempotency-key": `job-test-${++keys}` } });
const jobsOf = async (who: string) => (await get(who, "/v1/jobs")).json<{ items: { id: string; kind: string; title: string; state: string; doneCount: number; totalCount: number | null; failedCount: number; detail: string | null; resultName: string | null; repeatable: boolean; cancellable: boolean }[] }>().items;

test("work that somebody waits for is seen while it runs, with what failed and why", async () => {
  const ctx = world.as(["operations_officer"], { person: "usr_ops" });
  await tracked(ctx, { kind: "test.import", title: "Import of 3 lines", total: 3 }, async (progress) => {
    progress.step(2, 1);
    progress.fail("line 2", "The amount is not a number.");
    await wait(900);
    const [during] = await jobsOf("usr_ops/operations_officer");
    assert.deepEqual([during?.state, during?.doneCount, during?.totalCount, during?.failedCount], ["running", 2, 3, 1], "told while it runs");
    progress.step();
  });
  const [job] = await jobsOf("usr_ops/operations_officer");
  assert.deepEqual([job?.state, job?.doneCount, job?.failedCount], ["done", 3, 1]);
  const failures = (await get("usr_ops/operations_officer", `/v1/jobs/${job?.id}/failures`)).json<{ items: object[] }>().items;
  assert.deepEqual(failures, [{ position: 1, subject: "line 2", reason: "The amount is not a number." }]);
  assert.equal((await get("usr_other/finance_officer", `/v1/jobs/${job?.id}/failures`)).json().total, 0, "somebody else's failures are not shown");
});

test("work that fails says so: a refusal in its own words, a fault without its inside", async () => {
  const ctx = world.as(["finance_officer"], { person: "usr_fin" });
  await assert.rejects(tracked(ctx, { kind: "test.refused", title: "Refused" }, async () => { throw problem("list.bad_cursor"); }), (e) => isProblem(e, "list.bad_cursor"));
  await assert.rejects(tracked(ctx, { kind: "test.broken", title: "Broken" }, async () => { throw new RangeError("secret 4111"); }), RangeError);
  const [broken, refused] = await jobsOf("usr_fin/finance_officer");
  assert.deepEqual([broken?.state, refused?.state], ["failed", "failed"]);
  assert.doesNotMatch(broken?.detail ?? "", /4111/);
  assert.match(refused?.detail ?? "", /cursor/);
});

test("people see their own jobs, operations all of the lender's, another lender none", async () => {
  assert.ok((await jobsOf("usr_ops2/operations_officer")).some((j) => j.title === "Broken"), "operations see everybody's");
  assert.deepEqual(await jobsOf("usr_nobody/finance_officer"), []);
  const other = world.as(["operations_officer"], { tenantId: world.prairie });
  const [mine] = await jobsOf("usr_fin/finance_officer");
  await assert.rejects(cancelRun(other, "tenant", mine?.id ?? ""), (e) => isProblem(e, "job.not_found"));
});

test("a list too long for an answer becomes a file in the background, whole, in order and fetched by who may read the list", async () => {
  const tooLong = await get("usr_aud", "/v1/numbers?format=csv");
  assert.deepEqual([tooLong.statusCode, tooLong.json().code], [422, "list.too_long"]);
  assert.equal((await get("usr_aud", "/v1/numbers?format=csv&filter=n:le:3")).body, "N,Name\n3,'=row 3\n2,'=row 2\n1,'=row 1\n");
  assert.equal((await post("usr_fin/finance_officer", "/v1/exports", { list: "listNumbers" })).json().code, "permission.denied");
  assert.equal((await post("usr_aud", "/v1/exports", { list: "listNothing" })).json().code, "list.unknown_list");
  assert.equal((await post("usr_aud", "/v1/exports", { list: "listNumbers", query: { filter: ["n:like:3"] } })).json().code, "list.bad_filter");
  const { id } = (await post("usr_aud", "/v1/exports", { list: "listNumbers", query: { filter: ["n:gt:1"] } })).json<{ id: string }>();
  assert.equal((await get("usr_aud", `/v1/jobs/${id}/result`)).json().code, "job.no_result");
  await carryOutRun(world.services, world.bharat, id);
  const [job] = await jobsOf("usr_aud");
  assert.deepEqual([job?.state, job?.doneCount, job?.totalCount, job?.resultName], ["done", ROWS - 1, ROWS - 1, "listNumbers.csv"]);
  const file = await get("usr_aud", `/v1/jobs/${id}/result`);
  const lines = file.body.trimEnd().split("\n");
  assert.deepEqual([file.headers["content-type"], lines.length, lines[1], lines.at(-1)], ["text/csv; charset=utf-8", ROWS, `${ROWS},'=row ${ROWS}`, "2,'=row 2"]);
  assert.equal((await get("usr_ops/operations_officer", `/v1/jobs/${id}/result`)).json().code, "permission.denied", "operations see the job, not what only an auditor may read");
  assert.equal((await get("usr_fin/finance_officer", `/v1/jobs/${id}/result`)).json().code, "job.not_found");
  const trail = await world.system().read((tx) => tx.rows<{ action: string }>("test.trail", "SELECT action FROM kernel.audit_record WHERE subject = $1 ORDER BY id", [id]));
  assert.deepEqual(trail.map((r) => r.action), ["job.run.started", "job.result.downloaded"]);
  await carryOutRun(world.services, world.bharat, id);
  assert.equal((await jobsOf("usr_aud"))[0]?.doneCount, ROWS - 1, "done once, however often the queue hands it over");
});

test("a stored result shows nothing to who reads the table", async () => {
  const [part] = await world.system().read((tx) => tx.rows<{ sealed: Buffer }>("test.part", "SELECT sealed FROM kernel.job_result_part LIMIT 1"));
  assert.doesNotMatch(part?.sealed.toString("latin1") ?? "row 77", /row \d/);
});

test("a waiting job is stopped at once, a running one at its next safe place, and can be started again", async () => {
  let safePlaces = 0;
  registerLongWork<{ n: number }>({ kind: "test.slow", run: async (_ctx, { n }, progress) => {
    for (let i = 0; i < n; i++) {
      progress.step();
      await wait(100);
      safePlaces++;
      if (progress.heedStop()) return;
    }
  } });
  const ctx = () => world.as(["product_manager"], { person: "usr_slow" });
  const start = async (n: number) => { const c = ctx(); return c.transaction((tx) => startRun(tx, c, { kind: "test.slow", title: "Slow", payload: { n }, resultPermission: "job.run.read" })); };
  const waiting = await start(1);
  assert.equal((await cancelRun(ctx(), "own", waiting.id)).state, "cancelled");
  await carryOutRun(world.services, world.bharat, waiting.id);
  assert.equal(safePlaces, 0, "a cancelled run is not begun");
  const running = await start(200);
  const work = carryOutRun(world.services, world.bharat, running.id);
  await wait(150);
  await cancelRun(ctx(), "own", running.id);
  await work;
  assert.ok(safePlaces < 30, "it stopped long before its end");
  const [job] = await jobsOf("usr_slow/product_manager");
  assert.deepEqual([job?.state, job?.repeatable, job?.cancellable], ["cancelled", true, false]);
  await assert.rejects(cancelRun(ctx(), "own", running.id), (e) => isProblem(e, "job.not_cancellable"));
  const again = await retryRun(ctx(), "own", waiting.id);
  await assert.rejects(retryRun(ctx(), "own", again.id), (e) => isProblem(e, "job.not_repeatable"));
  await carryOutRun(world.services, world.bharat, again.id);
  assert.equal((await jobsOf("usr_slow/product_manager"))[0]?.state, "done");
});

test("a job whose process died is ended by the mender, and old files are deleted", async () => {
  const ctx = world.system();
  await ctx.transaction((tx) => tx.run("test.dead", "INSERT INTO kernel.job_run (id, kind, title, state, started_by, created_at, changed_at) VALUES ('job_dead', 'test.dead', 'Dead', 'running', 'usr_dead', $1, $1)", ["2026-01-14T00:00:00Z"]));
  await ctx.transaction((tx) => tx.run("test.old", "UPDATE kernel.job_run SET finished_at = '2026-01-01T00:00:00Z' WHERE result_name IS NOT NULL"));
  const { ended, deleted } = await mendRuns(world.system());
  assert.equal(ended, 1);
  assert.ok(deleted >= 1);
  assert.equal((await jobsOf("usr_dead/finance_officer"))[0]?.state, "failed");
  const [file] = (await jobsOf("usr_aud")).filter((j) => j.kind === "kernel.list_export");
  await assert.rejects(readResult(world.as(["auditor"], { person: "usr_aud" }), "tenant", file?.id ?? ""), (e) => isProblem(e, "job.no_result"));
});

test("closing days is one job that counts every step, and none when nothing is due", async () => {
  const ctx = world.as(["operations_officer"], { person: "usr_eod" });
  const steps = ["a", "b"].map((name, i) => ({ name: `test.${name}`, order: i, per: "tenant" as const, run: async () => ({ touched: 5, failed: i }) }));
  const closing = { title: "End of day", days: 2, due: (day: { businessDate: string }) => day.businessDate < "2026-01-17" };
  assert.deepEqual(await closeDays(ctx, steps, closing), ["2026-01-15", "2026-01-16"]);
  assert.deepEqual(await closeDays(ctx, steps, closing), []);
  const jobs = await jobsOf("usr_eod/finance_officer");
  assert.deepEqual(jobs.map((j) => [j.state, j.doneCount, j.totalCount, j.failedCount, j.detail]), [["done", 4, 4, 2, "2026-01-16"]]);
});
