import { loadConfig } from "#kernel/config.ts";
import { openServices } from "../open-services.ts";
import { generateLoans, type Generated, type GenerateOptions } from "./portfolio.ts";

/** What a process that makes a share tells the one that started it. */
export type ShareMessage = { readonly made: number } | { readonly done: Generated };

// One of several processes that fill the lenders together: told its share as JSON, it makes it and ends.
const options = JSON.parse(process.argv[2] ?? "{}") as GenerateOptions;
const tell = (message: ShareMessage) => void process.send?.(message);
const open = await openServices(loadConfig({ ...process.env }), { applicationName: "loanwright-generate", keepDatabaseRunning: true });
try {
  tell({ done: await generateLoans(open.services, { ...options, onBatch: (made) => tell({ made }) }) });
} finally {
  await open.close();
  process.disconnect?.();
}
