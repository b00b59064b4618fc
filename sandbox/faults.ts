import { invalid } from "./refusal.ts";

/** What may go wrong on purpose; see the table "Faults" of README.md. */
export type Fault =
  | { readonly kind: "slow"; readonly milliseconds: number }
  | { readonly kind: "error"; readonly status: number }
  | { readonly kind: "drop" | "duplicate" | "garbage" | "wrong-person" };

export const FAULT_HEADER = "x-sandbox-fault";
const LONGEST_DELAY_MS = 60_000;

/**
 * Reads the fault header; several faults may stand beside each other, separated by commas.
 * @throws Refusal sandbox.invalid: a fault nobody knows, so that a test with a typing error does not pass unharmed
 * @example parseFaults("slow:100, drop") gives two faults
 */
export function parseFaults(header: string | undefined): readonly Fault[] {
  if (header === undefined) return [];
  return header.split(",").map((part) => part.trim()).filter((part) => part !== "").map(parseFault);
}

function parseFault(text: string): Fault {
  const [name, argument] = text.split(":");
  const number = argument !== undefined && /^\d{1,6}$/.test(argument) ? Number(argument) : undefined;
  if (name === "slow" && number !== undefined && number <= LONGEST_DELAY_MS) return { kind: "slow", milliseconds: number };
  if (name === "error" && number !== undefined && number >= 400 && number <= 599) return { kind: "error", status: number };
  if (argument === undefined && (name === "drop" || name === "duplicate" || name === "garbage" || name === "wrong-person")) return { kind: name };
  throw invalid([{ pointer: `/headers/${FAULT_HEADER}`, detail: `"${text}" is none of slow:MS, error:STATUS, drop, duplicate, garbage, wrong-person` }]);
}
