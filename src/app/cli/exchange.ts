import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { stringify } from "csv-stringify/sync";
import { headings, lineOf, listRouteOf } from "#kernel/http/list-route.ts";
import { buildServer } from "#kernel/http/server.ts";
import { tracked } from "#kernel/job-runs.ts";
import { streamList } from "#kernel/list.ts";
import { exportJournal } from "#modules/ledger/index.ts";
import { importApplications } from "#modules/origination/index.ts";
import { importStatement } from "#modules/payments/index.ts";
import { cliContext, Misuse, oneTenant, type Command, type Run } from "./command.ts";

/** Files in and files out. */
export const exchange: Readonly<Record<string, Command>> = {
  "import applications": async (run) => {
    const ctx = cliContext(run, oneTenant(run));
    const file = oneFile(run);
    const csv = await readFile(file, "utf8");
    const lines = await tracked(ctx, { kind: "origination.application_import", title: `Applications from ${basename(file)}`, cancellable: true }, (progress) => importApplications(ctx, csv, progress));
    const count = (state: string) => lines.filter((line) => line.state === state).length;
    const refused = lines.filter((line) => line.state === "refused").map(({ line, errors }) => ({ line, faults: errors.map((e) => `${e.pointer} ${e.detail}`.trim()).join("; ") }));
    return { ok: refused.length === 0, answer: { accepted: count("accepted"), duplicates: count("duplicate"), refused: refused.length, faults: refused } };
  },
  "import statement": async (run) => {
    const ctx = cliContext(run, oneTenant(run));
    const file = oneFile(run);
    const bytes = await readFile(file);
    const statements = await tracked(ctx, { kind: "payments.statement_import", title: `Bank statement ${basename(file)}` }, async (progress) => {
      const taken = await importStatement(ctx, bytes);
      progress.step(taken.reduce((sum, statement) => sum + statement.lines, 0));
      return taken;
    });
    return { ok: true, answer: { statements } };
  },
  "export journal": async (run) => {
    const { format = "ledger", from, to } = run.options;
    if (format !== "ledger" && format !== "csv") throw new Misuse("--format is ledger (for ledger-cli and hledger) or csv");
    const ctx = cliContext(run, oneTenant(run));
    return written(run, (write) => ctx.read((tx) => exportJournal(tx, { format, from, to }, write)), "postings");
  },
  "export list": (run) => exportList(run, run.words[0]),
  "export audit": (run) => exportList(run, "listAuditRecords"),
};

/** A list of the API as CSV, whole, by the operationId of its route. */
async function exportList(run: Run, name: string | undefined): Promise<{ ok: boolean; answer: unknown }> {
  const ctx = cliContext(run, oneTenant(run));
  // Lists are described beside their routes: hung on a server that does not listen.
  await buildServer({ services: run.open.services, ...run.wiring });
  const route = name === undefined ? undefined : listRouteOf(name);
  if (route === undefined) throw new Misuse("name a list by the operationId of its route, for instance: loanwright export list listLoanAccounts");
  if (route.params !== undefined) throw new Misuse(`${route.operationId} belongs to one record; fetch it through the API`);
  const query = { q: run.options.search, filter: run.options.filter, sort: run.options.sort };
  return written(run, (write) => ctx.read(async (tx) => {
    let rows = 0;
    await write(stringify([headings(route.list)]));
    for await (const some of streamList(tx, route.list, query)) {
      await write(stringify(some.map((row) => lineOf(route.list, row))));
      rows += some.length;
    }
    return rows;
  }), "rows");
}

/** Writes to --out, or to standard output and then says nothing else. */
async function written(run: Run, make: (write: (text: string) => Promise<void>) => Promise<number>, unit: string): Promise<{ ok: boolean; answer: unknown }> {
  const { out } = run.options;
  const into: Writable = out === undefined ? process.stdout : createWriteStream(out, { flags: "wx", mode: 0o600 });
  const write = (text: string) => new Promise<void>((done, failed) => into.write(text, (error) => (error ? failed(error) : done())));
  const count = await make(write);
  if (out === undefined) return { ok: true, answer: undefined };
  into.end();
  await finished(into);
  return { ok: true, answer: { [unit]: count, file: out } };
}

function oneFile({ words }: Run): string {
  const [file] = words;
  if (file === undefined) throw new Misuse("name the file");
  return file;
}
