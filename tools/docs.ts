import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeServer } from "#app/server.ts";
import { wire } from "#app/wiring.ts";
import { systemClock } from "#kernel/clock.ts";
import { loadConfig } from "#kernel/config.ts";
import type { Services } from "#kernel/context.ts";
import { keyringFrom } from "#kernel/crypto.ts";
import { Database } from "#kernel/db.ts";
import { idsFrom, systemRandom } from "#kernel/ids.ts";
import { outboundTo } from "#kernel/outbound.ts";
import { allProblems } from "#kernel/problems.ts";
import { problemsPage } from "./problems-page.ts";
import { ROOT, walk } from "./source-files.ts";

// Writes the pages that are made from the code: `npm run docs`. With --check it writes nothing and fails when a page
// in the repository differs from what the code says.

interface Page {
  readonly path: string;
  readonly make: () => Promise<string>;
}

const PAGES: readonly Page[] = [
  { path: "docs/problems.md", make: makeProblems },
  { path: "docs/openapi.json", make: makeOpenApi },
];

/** Every problems.ts registers its refusals when it is loaded. */
async function makeProblems(): Promise<string> {
  const owners = new Map<string, string>();
  for (const path of walk(join(ROOT, "src")).filter((file) => file.endsWith("problems.ts") && !file.endsWith("kernel/problems.ts"))) {
    await import(pathToFileURL(path).href);
    const owner = path.includes("/kernel/") ? "any route" : (path.split(/[\\/]/).at(-2) ?? "");
    for (const code of allProblems().keys()) if (!owners.has(code)) owners.set(code, owner);
  }
  return problemsPage(allProblems(), owners);
}

/** The document of the server that a unified installation runs. Routes are only listed, so no database is behind it. */
async function makeOpenApi(): Promise<string> {
  const key = createHash("sha256").update("a key for making documents, protecting nothing").digest();
  const config = loadConfig({ LOANWRIGHT_ENV: "test", LOANWRIGHT_LOG_LEVEL: "silent", LOANWRIGHT_MASTER_KEY: key.toString("base64"), LOANWRIGHT_SANDBOX_URL: "http://127.0.0.1:1" });
  const services: Services = {
    config, clock: systemClock, random: systemRandom, ids: idsFrom(systemClock, systemRandom), keys: keyringFrom(key),
    db: new Database({ url: "postgres://nobody@127.0.0.1:1/none", clock: systemClock }),
    outbound: outboundTo([], async () => undefined),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  const app = await makeServer(services, wire(services));
  await app.ready();
  const document = (app as unknown as { swagger(): object }).swagger();
  await app.close();
  await services.db.close();
  return `${JSON.stringify(document, null, 1)}\n`;
}

const check = process.argv.includes("--check");
for (const { path, make } of PAGES) {
  const file = join(ROOT, path);
  const wanted = await make();
  const found = readOrNothing(file);
  if (found === wanted) {
    console.log(`${path} is current`);
  } else if (check) {
    console.error(`${path}:${firstDifference(found, wanted)}  is not what the code says: run npm run docs`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, wanted);
    console.log(`${path} written`);
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function firstDifference(found: string, wanted: string): number {
  const [a, b] = [found.split("\n"), wanted.split("\n")];
  const index = b.findIndex((line, i) => line !== a[i]);
  return (index === -1 ? b.length : index) + 1;
}
