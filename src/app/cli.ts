#!/usr/bin/env node
import "./node-version.ts";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UnusableBackup } from "#kernel/backup/manifest.ts";
import { loadConfig, UnsafeSetting } from "#kernel/config.ts";
import { Problem } from "#kernel/problems.ts";
import { tenantIds } from "#kernel/tenants.ts";
import { backup, restore } from "./cli/backup.ts";
import { Misuse, type Command, type Outcome } from "./cli/command.ts";
import { exchange } from "./cli/exchange.ts";
import { generate } from "./cli/generate.ts";
import { operate } from "./cli/operate.ts";
import { plainLines } from "./cli/plain.ts";
import { openServices } from "./open-services.ts";
import { localMasterKey } from "./platform.ts";
import { wire } from "./wiring.ts";

const HELP = `loanwright COMMAND [--data DIR] [--lender tn_…] [--json]

  migrate                          bring the database to the newest schema
  seed                             make the two demo lenders, unless they are there
  generate [--loans N] [--seed S] [--history opening|full]
                                   fill the demo lenders with loans of twelve products: as they stand, or with their whole past
  eod                              close the current business date of each lender (or of --lender)
  clock advance --until DAY        close every business date before DAY
  import applications FILE.csv     hand in applications; a line that was taken before makes nothing; exit code 1 when a line is refused
  import statement FILE.xml        take in a bank statement (camt.053), whole or not at all
  export journal [--format ledger|csv] [--from DAY] [--to DAY] [--out FILE]
  export list NAME [--filter column:operator:value]… [--sort -column] [--search TEXT] [--out FILE]
                                   any list of the API as CSV, by its operationId: listLoanAccounts, listReceipts …
  export audit [--filter …] [--out FILE]
                                   the audit trail with the links of its chain
  audit verify                     check every record, link and anchor of the audit chain
  backup --to DIR                  one snapshot of everything but the master key, while the installation goes on working
  restore --from DIR               put a backup into an empty installation (--data of a new folder, or an empty DATABASE_URL),
                                   with LOANWRIGHT_MASTER_KEY set to the key it was made under
  doctor                           check configuration, database, schema and tenant isolation

Answers are for people; --json makes them JSON. Exports without --out go to standard output.
The database is DATABASE_URL, or the embedded one in --data (default .data/demo).
Exit code: 0 done · 1 refused, or a check failed · 2 the command line was not understood.`;

const COMMANDS: Readonly<Record<string, Command>> = { ...operate, ...exchange, ...generate, backup };

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      data: { type: "string" }, lender: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean" }, until: { type: "string" }, from: { type: "string" }, to: { type: "string" },
      format: { type: "string" }, out: { type: "string" }, filter: { type: "string", multiple: true }, sort: { type: "string" }, search: { type: "string" }, loans: { type: "string" }, seed: { type: "string" }, history: { type: "string" },
    },
  });
}

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const two = positionals.slice(0, 2).join(" ");
  const name = two in COMMANDS ? two : (positionals[0] ?? "");
  const words = positionals.slice(name.split(" ").length);
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  if (!(name in COMMANDS) && name !== "restore") throw new Misuse(name === "" ? HELP : `there is no command "${positionals.join(" ")}"; loanwright --help lists them`);
  const dataDir = values.data ?? process.env["LOANWRIGHT_DATA"] ?? join(import.meta.dirname, "../../.data/demo");
  const given = process.env["LOANWRIGHT_MASTER_KEY"] ?? process.env["LOANWRIGHT_MASTER_KEY_FILE"];
  const config = loadConfig({
    LOANWRIGHT_MASTER_KEY: given !== undefined || process.env["LOANWRIGHT_ENV"] === "production" ? undefined : localMasterKey(dataDir), ...process.env,
    LOANWRIGHT_DATA: dataDir, LOANWRIGHT_LOG_LEVEL: process.env["LOANWRIGHT_LOG_LEVEL"] ?? "warn",
  });
  const { ok, answer } = name === "restore" ? await restore(config, values.from) : await onOpen(COMMANDS[name] as Command);
  if (answer !== undefined) console.log(values.json === true ? JSON.stringify(answer, null, 2) : plainLines(answer).join("\n"));
  return ok ? 0 : 1;

  async function onOpen(command: Command): Promise<Outcome> {
    const open = await openServices(config, { applicationName: "loanwright-cli", keepDatabaseRunning: true });
    try {
      const tenants = values.lender === undefined ? await tenantIds(open.services) : [values.lender];
      return await command({ open, wiring: wire(open.services), tenants, options: values, words });
    } finally {
      await open.close();
    }
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const expected = error instanceof Misuse || error instanceof UnusableBackup || error instanceof Problem || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") === true;
  console.error(error instanceof UnsafeSetting ? `Unsafe or missing setting ${error.message}` : expected ? (error as Error).message : (error as Error).stack);
  process.exitCode = error instanceof Misuse || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") === true ? 2 : 1;
}
