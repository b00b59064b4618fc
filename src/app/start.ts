import "./node-version.ts";
import { createServer } from "node:net";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWebIfNeeded } from "./build-web.ts";
import { startPlatform } from "./platform.ts";
import { DEMO_PASSWORD, DEMO_STAFF, LENDERS } from "./seed.ts";

const { values } = parseArgs({ options: { port: { type: "string" }, data: { type: "string" }, mode: { type: "string" } } });
const began = performance.now();
const say = (line: string) => console.log(line);

await buildWebIfNeeded(say);
const port = await freePort(Number(values.port ?? process.env["LOANWRIGHT_PORT"] ?? 4000));
const platform = await startPlatform({
  dataDir: values.data ?? process.env["LOANWRIGHT_DATA"] ?? join(import.meta.dirname, "../../.data/demo"),
  port, sandboxPort: await freePort(4010),
  mode: (values.mode ?? process.env["LOANWRIGHT_MODULES"] ?? "unified") as "unified",
  environment: process.env,
});

let closing = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (closing) return;
    closing = true;
    say("\nStopping …");
    void platform.close().then(() => process.exit(0));
  });
}

say(`
Loanwright is running (${((performance.now() - began) / 1000).toFixed(1)} s).

  Borrowers      ${platform.url}/?lender=${LENDERS[0].slug}      (or lender=${LENDERS[1].slug}); codes arrive in the inbox
  Staff console  ${platform.url}/staff/
  API explorer   ${platform.url}/docs
  Sandbox        ${platform.sandboxUrl}      inbox of all messages: ${platform.sandboxUrl}/inbox

  Demo sign-ins (lender "${LENDERS[0].slug}" in India or "${LENDERS[1].slug}" in the US), password for all: ${DEMO_PASSWORD}
${DEMO_STAFF.map((user) => `    ${user.login.padEnd(14)} ${user.roles.join(", ")}`).join("\n")}
    e-mail is login@lender.example, for instance ${DEMO_STAFF[0].login}@${LENDERS[0].slug}.example

  Ctrl-C stops everything.
`);

/** The wanted port, or any free one when another program has it. */
async function freePort(wanted: number): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", () => done(0));
    probe.listen(wanted, "127.0.0.1", () => probe.close(() => done(wanted)));
  });
}
