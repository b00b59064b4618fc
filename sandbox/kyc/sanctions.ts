import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { nameScore, nameWords } from "./name-match.ts";

export interface ListEntry {
  readonly listId: string;
  readonly name: string;
  readonly words: readonly string[];
  readonly program: string;
  readonly list: string;
  readonly birthYear: string | undefined;
  /** A one-word entry that is met by anyone of that family name. */
  readonly familyOnly?: boolean;
}

export interface ListMatch {
  readonly listId: string;
  readonly name: string;
  readonly score: number;
  readonly program: string;
  readonly list: string;
}

/** Nobody real: invented for the sandbox. "Watchlist" is the magic family name. */
const INVENTED: readonly (readonly [string, string, string | undefined])[] = [
  ["SB-1", "WATCHLIST", undefined],
  ["SB-2", "ZORANTHE, Kelvin Obrath", "1963"],
  ["SB-3", "MARKWELL-DROST, Ivana", "1978"],
  ["SB-4", "QUILLFEATHER, Bartholomew Ezra", undefined],
  ["SB-5", "VANTABERG HOLDINGS", undefined],
  ["SB-6", "AL-SIMURGHI, Darius Feroz", "1955"],
];

/** A score from which a name counts as a hit. */
export const HIT_SCORE = 90;

/**
 * The invented list, and besides it a CSV file in the OFAC SDN layout with a header row (ent_num, name, type, program, …,
 * remarks) and its sibling with aliases (`alt` for `sdn` in the name), if there is one.
 *
 * @throws Error the file cannot be read or has no columns ent_num and name
 */
export function loadLists(file: string | undefined): readonly ListEntry[] {
  const invented = INVENTED.map(([listId, name, birthYear]): ListEntry => (
    { listId, name, words: nameWords(name), program: "INVENTED", list: "sandbox", birthYear, familyOnly: name === "WATCHLIST" }));
  if (file === undefined) return invented;
  const rows = readTable(file);
  if (rows.length === 0 || rows[0]?.["ent_num"] === undefined || rows[0]["name"] === undefined) throw new Error(`${file} has no rows with the columns ent_num and name`);
  const main = rows.map((row): ListEntry => entryOf(row["ent_num"] ?? "", row["name"] ?? "", row["program"] ?? "", row["remarks"]));
  const aliasFile = file.replace(/sdn(?=[^/\\]*$)/, "alt");
  if (aliasFile === file || !existsSync(aliasFile)) return [...invented, ...main];
  const byId = new Map(main.map((entry) => [entry.listId, entry]));
  const aliases = readTable(aliasFile).flatMap((row) => {
    const owner = byId.get(row["ent_num"] ?? "");
    return owner === undefined ? [] : [{ ...owner, name: row["alt_name"] ?? "", words: nameWords(row["alt_name"] ?? "") }];
  });
  return [...invented, ...main, ...aliases].filter((entry) => entry.words.length > 0);
}

const readTable = (file: string): Record<string, string>[] => parse(readFileSync(file, "utf8"), { columns: true, relax_quotes: true, skip_empty_lines: true, bom: true });

const entryOf = (listId: string, name: string, program: string, remarks: string | undefined): ListEntry => (
  { listId, name, words: nameWords(name), program, list: "ofac-sdn", birthYear: /\bDOB (?:circa )?(?:\d{1,2} )?(?:[A-Z][a-z]{2} )?(\d{4})/.exec(remarks ?? "")?.[1] });

/**
 * Entries a person may be, best first. A birth year that differs by more than two takes ten points off: lists are often
 * wrong by a year, seldom by more.
 */
export function screen(lists: readonly ListEntry[], givenName: string, familyName: string, birthDate: string | undefined): readonly ListMatch[] {
  const words = nameWords(`${givenName} ${familyName}`);
  const family = nameWords(familyName).join(" ");
  const initials = new Set(words.map((word) => word[0]));
  const matches = new Map<string, ListMatch>();
  for (const entry of lists) {
    if (entry.familyOnly === true ? entry.words[0] !== family : !entry.words.some((word) => initials.has(word[0]))) continue;
    const apart = entry.birthYear !== undefined && birthDate !== undefined ? Math.abs(Number(entry.birthYear) - Number(birthDate.slice(0, 4))) : 0;
    // One word alone is no name of a person: "CUBA" must not meet everybody called so.
    const enough = entry.familyOnly === true || (entry.words.length > 1 && words.length > 1);
    const score = entry.familyOnly === true ? 100 : enough ? nameScore(words, entry.words) - (apart > 2 ? 10 : 0) : 0;
    const key = `${entry.list} ${entry.listId}`;
    if (score >= HIT_SCORE && score > (matches.get(key)?.score ?? 0)) matches.set(key, { listId: entry.listId, name: entry.name, score, program: entry.program, list: entry.list });
  }
  return [...matches.values()].sort((one, two) => two.score - one.score).slice(0, 10);
}
