import { magicAccount, nameEffect } from "../magic-values.ts";
import type { Address, Identifier } from "../schemas.ts";
import { formatFault } from "./identifier.ts";
import { nameScore, nameWords } from "./name-match.ts";
import type { ListMatch } from "./sanctions.ts";

export type Outcome = "clear" | "mismatch" | "no_record" | "pending" | "hit";
type Match = "full" | "partial" | "none" | "unknown";

export interface RegistryPerson {
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate?: string;
  readonly address?: Address | null;
}

export interface Finding {
  readonly outcome: Outcome;
  readonly matchScore: number;
  readonly fields: readonly { readonly field: string; readonly match: Match }[];
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly matches: readonly ListMatch[];
}

const CLEAR_SCORE = 85;
const PARTIAL_SCORE = 70;

const finding = (outcome: Outcome, matchScore: number, fields: Finding["fields"] = [], code?: string, text?: string, matches: Finding["matches"] = []): Finding =>
  ({ outcome, matchScore, fields, reasons: code === undefined ? [] : [{ code, text: text ?? "" }], matches });

/** Compares a person with what the registry holds under an identifier; without a record the first to show it is its owner. */
export function verifyIdentity(person: RegistryPerson, identifier: Identifier | undefined, onFile: RegistryPerson | undefined): Finding {
  const refused = refusedByName(person);
  if (refused !== undefined) return refused;
  if (identifier === undefined) return finding("no_record", 0, [{ field: "identifier", match: "unknown" }], "K01", "No identifier was given");
  const fault = formatFault(identifier.scheme, identifier.value);
  if (fault !== undefined) return finding("no_record", 0, [{ field: "identifier", match: "none" }], "K02", fault);
  return compare(person, onFile ?? person);
}

function refusedByName(person: RegistryPerson): Finding | undefined {
  const effect = nameEffect(person.familyName);
  if (effect === "no-record") return finding("no_record", 0, [{ field: "identifier", match: "unknown" }], "K03", "The registry has no such record");
  if (effect === "mismatch") return finding("mismatch", 35, [{ field: "name", match: "none" }, { field: "birthDate", match: "full" }], "K04", "The name differs from the registry's");
  return undefined;
}

function compare(person: RegistryPerson, onFile: RegistryPerson): Finding {
  const score = nameScore(nameWords(`${person.givenName} ${person.familyName}`), nameWords(`${onFile.givenName} ${onFile.familyName}`));
  const name: Match = score >= CLEAR_SCORE ? "full" : score >= PARTIAL_SCORE ? "partial" : "none";
  const birth: Match = person.birthDate === undefined || onFile.birthDate === undefined ? "unknown" : person.birthDate === onFile.birthDate ? "full" : "none";
  const fields = [{ field: "name", match: name }, { field: "birthDate", match: birth }] as const;
  if (name !== "full") return finding("mismatch", score, fields, "K04", "The name differs from the registry's");
  if (birth === "none") return finding("mismatch", Math.min(score, 60), fields, "K05", "The birth date differs from the registry's");
  return finding("clear", score, fields);
}

/** Format of the postal code first, then the registry's address, then whether there is a paper at all. */
export function verifyAddress(person: RegistryPerson, onFile: RegistryPerson | undefined, hasDocument: boolean): Finding {
  const refused = refusedByName(person);
  if (refused !== undefined) return refused;
  const code = (person.address?.postalCode ?? "").replaceAll(/\s/g, "");
  const country = person.address?.country ?? (code.length === 6 ? "IN" : "US");
  const plausible = country === "IN" ? /^[1-9]\d{5}$/.test(code) : /^\d{5}(-\d{4})?$/.test(code);
  if (!plausible) return finding("mismatch", 0, [{ field: "postalCode", match: "none" }], "K06", "This postal code cannot exist");
  const held = onFile?.address?.postalCode?.replaceAll(/\s/g, "");
  if (held !== undefined && held !== code) return finding("mismatch", 40, [{ field: "postalCode", match: "none" }], "K07", "The registry has another address");
  if (held === undefined && !hasDocument) return finding("pending", 50, [{ field: "postalCode", match: "unknown" }], "K08", "Send a proof of address");
  return finding("clear", 95, [{ field: "postalCode", match: "full" }]);
}

/** Asks the bank of an account for its holder. */
export function verifyBankAccount(person: RegistryPerson, identifier: Identifier | undefined, onFile: RegistryPerson | undefined): Finding {
  const identity = verifyIdentity(person, identifier, onFile);
  const magic = magicAccount(identifier?.value ?? "")?.kyc;
  if (identity.outcome !== "clear" || magic === undefined || magic === "clear") return identity;
  return magic === "no_record"
    ? finding("no_record", 0, [{ field: "account", match: "none" }], "K09", "The bank has no open account of this number")
    : finding("mismatch", 30, [{ field: "name", match: "none" }], "K10", "The account belongs to somebody else");
}

export const screenFinding = (matches: readonly ListMatch[]): Finding =>
  matches.length === 0 ? finding("clear", 0) : finding("hit", matches[0]?.score ?? 0, [{ field: "name", match: "full" }], "K11", "The name is close to a listed one", matches);

/** Someone else's answer, for the wrong-person fault. */
export const strangerFinding = (): Finding =>
  finding("mismatch", 12, [{ field: "name", match: "none" }, { field: "birthDate", match: "none" }], "K12", "The answer is about Morgan Otherwise, born 1971-07-13");

/** Waiting for something that comes later: a code, or the registry itself. */
export const pendingFinding = (code: string, text: string): Finding => finding("pending", 0, [], code, text);
export const clearedFinding = (): Finding => finding("clear", 100, [{ field: "code", match: "full" }]);
export const wrongCodeFinding = (): Finding => finding("mismatch", 0, [{ field: "code", match: "none" }], "K13", "Three wrong codes");
