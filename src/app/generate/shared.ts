import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { OpenServices } from "../open-services.ts";
import { generateLoans, installKinds, type Generated, type GenerateOptions } from "./portfolio.ts";
import type { ShareMessage } from "./share.ts";

/** Below so many loans another process costs more than it brings. */
const WORTH_SHARING = 4_000;

/** Makes a portfolio in as many processes as the machine has cores; the same loans as one process would make. */
export async function generateTogether(open: OpenServices, options: GenerateOptions): Promise<Generated> {
  await installKinds(open.services);
  const of = options.loans < WORTH_SHARING ? 1 : availableParallelism();
  if (of === 1) return generateLoans(open.services, options);
  const parts = await Promise.all(Array.from({ length: of }, (_v, nth) => share(open, { ...options, share: { nth, of } })));
  const receivable: Record<string, bigint> = {};
  for (const part of parts) for (const [currency, minor] of Object.entries(part.receivable)) receivable[currency] = (receivable[currency] ?? 0n) + BigInt(minor);
  return {
    loans: parts.reduce((sum, p) => sum + p.loans, 0), late: parts.reduce((sum, p) => sum + p.late, 0), seconds: Math.max(...parts.map((p) => p.seconds)),
    receivable: Object.fromEntries(Object.entries(receivable).map(([currency, minor]) => [currency, String(minor)])),
  };
}

function share(open: OpenServices, { onBatch, ...options }: GenerateOptions): Promise<Generated> {
  const { config } = open.services;
  const environment = { ...process.env, DATABASE_URL: open.ownerUrl, LOANWRIGHT_DATA: config.dataDir, LOANWRIGHT_MASTER_KEY: config.masterKey.toString("base64"), LOANWRIGHT_LOG_LEVEL: "warn" };
  const child = fork(join(import.meta.dirname, "share.ts"), [JSON.stringify(options)], { env: environment, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return new Promise((done, failed) => {
    child.on("message", (message: ShareMessage) => ("done" in message ? done(message.done) : onBatch?.(message.made)));
    child.once("exit", (code, signal) => failed(new Error(`a process that made loans ended: ${code ?? signal}`)));
  });
}
