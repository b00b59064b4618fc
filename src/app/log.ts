import type { Config } from "#kernel/config.ts";
import type { Log } from "#kernel/context.ts";

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40, silent: 99 } as const;

/** Structured log lines as JSON. Callers give ids and codes, never personal data. */
export function consoleLog(level: Config["logLevel"]): Log {
  const write = (name: "info" | "warn" | "error") => (fields: object, message: string) => {
    if (LEVELS[name] >= LEVELS[level]) process.stderr.write(`${JSON.stringify({ level: name, message, ...plain(fields) })}\n`);
  };
  return { info: write("info"), warn: write("warn"), error: write("error") };
}

function plain(fields: object): object {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value]));
}
