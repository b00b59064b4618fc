import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** One accepted change: which provider, which operation, and everything the operation was given. */
export interface JournalLine {
  readonly provider: string;
  readonly operation: string;
  readonly input: unknown;
}

/**
 * The memory of the sandbox between runs: one JSON line for each accepted change, written before it is answered. A restart
 * applies the lines again; state is a function of seed and journal.
 */
export interface Journal {
  append(line: JournalLine): void;
  close(): void;
}

export const forgetfulJournal: Journal = { append: () => {}, close: () => {} };

/**
 * Opens the journal of a folder and gives every whole line to `replay`, in order. A last line cut short by a kill was never
 * answered, so it is cut off.
 * @throws Error a line in the middle that is no JSON: the file was edited
 */
export function openJournal(folder: string, replay: (line: JournalLine) => void): Journal {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "sandbox.jsonl");
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  let start = 0;
  while (start < whole) {
    const end = bytes.indexOf(0x0a, start);
    replay(JSON.parse(bytes.toString("utf8", start, end)) as JournalLine);
    start = end + 1;
  }
  const file = openSync(path, "a");
  ftruncateSync(file, whole);
  return {
    append: (line) => {
      const chunk = Buffer.from(`${JSON.stringify(line)}\n`);
      let written = 0;
      while (written < chunk.length) written += writeSync(file, chunk, written);
    },
    close: () => closeSync(file),
  };
}
