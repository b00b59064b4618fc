/** What a story's text says, line by line. */
export interface Act {
  readonly kind: "on" | "then";
  readonly line: number;
  readonly date: string;
  readonly words: string;
  /** "Dr account amount", "Cr account amount". */
  readonly postings: readonly string[];
  /** Code of the refusal that the story expects. */
  readonly refusal?: string;
}

const ON = /^on (\d{4}-\d{2}-\d{2}) +(.+)$/;
const THEN = /^then +(.+)$/;
const POSTING = /\b(Dr|Cr) +([a-z_]+) +(\d+\.\d+)/g;
const REFUSED = / is refused: ([a-z_.]+)$/;

/**
 * The acts of a story in order.
 * @throws RangeError  a line that is neither act, posting nor figure
 */
export function actsOf(text: string): Act[] {
  const acts: { kind: "on" | "then"; line: number; date: string; words: string; postings: string[]; refusal?: string }[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const on = ON.exec(line);
    const then = THEN.exec(line);
    const postings = [...line.matchAll(POSTING)].map(([, side, account, amount]) => `${side} ${account} ${amount}`);
    const last = acts.at(-1);
    if (on !== null) {
      const refusal = REFUSED.exec(on[2] ?? "")?.[1];
      acts.push({ kind: "on", line: index + 1, date: on[1] ?? "", words: (on[2] ?? "").replace(REFUSED, ""), postings: [], refusal });
    } else if (then !== null) acts.push({ kind: "then", line: index + 1, date: "", words: then[1] ?? "", postings: [] });
    else if (postings.length > 0 && last?.kind === "on" && line.replace(POSTING, "").trim() === "") last.postings.push(...postings);
    else throw new RangeError(`line ${index + 1} of the story cannot be read: ${line}`);
  }
  return acts;
}
