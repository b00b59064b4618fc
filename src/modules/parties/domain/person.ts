import { createRequire } from "node:module";
import { parsePhoneNumberFromString } from "libphonenumber-js";
import type { FieldError } from "#kernel/problems.ts";

const require = createRequire(import.meta.url);
const { stdnum } = require("stdnum") as { stdnum: Record<string, Record<string, { validate(value: string): { isValid: boolean } }>> };

export interface Identifier { readonly scheme: string; readonly value: string }
export interface Address { readonly line1: string; readonly line2?: string; readonly city: string; readonly region: string; readonly postalCode: string; readonly country: string }

/** A person or an organisation as given to us. */
export interface PartyInput {
  readonly kind?: "person" | "organisation";
  readonly givenName?: string;
  readonly familyName?: string;
  readonly legalName?: string;
  readonly birthDate?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: Address;
  readonly identifiers?: readonly Identifier[];
}

/** The same, in normal form: E.164 phone, lower-case e-mail, identifiers without blanks. */
export interface Party extends PartyInput {
  readonly kind: "person" | "organisation";
  readonly displayName: string;
  readonly identifiers: readonly Identifier[];
}

const CHECKED: Readonly<Record<string, readonly [string, string]>> = { PAN: ["IN", "pan"], AADHAAR: ["IN", "aadhaar"], SSN: ["US", "ssn"], GSTIN: ["IN", "gstin"], EIN: ["US", "ein"] };

/** Puts given data into normal form, or tells every field that cannot be accepted. */
export function normalParty(input: PartyInput): { party: Party; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const refuse = (pointer: string, code: string, detail: string) => errors.push({ pointer, code: `field.${code}`, detail });
  const kind = input.kind ?? "person";
  const displayName = (kind === "person" ? `${input.givenName ?? ""} ${input.familyName ?? ""}` : (input.legalName ?? "")).trim().replace(/\s+/g, " ");
  if (displayName === "") refuse(kind === "person" ? "/givenName" : "/legalName", "required", "A name is needed.");
  const phone = input.phone === undefined ? undefined : parsePhoneNumberFromString(input.phone)?.number;
  if (input.phone !== undefined && phone === undefined) refuse("/phone", "phone", "Write the phone number with its country code, for instance +91 98765 43210.");
  const email = input.email?.trim().toLowerCase();
  if (email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) refuse("/email", "email", "Write a whole e-mail address.");
  if (input.birthDate !== undefined && !/^\d{4}-\d\d-\d\d$/.test(input.birthDate)) refuse("/birthDate", "date", "Use a calendar day as YYYY-MM-DD.");
  const identifiers = (input.identifiers ?? []).map(({ scheme, value }, i) => {
    const normal = { scheme: scheme.toUpperCase(), value: value.replace(/[\s-]/g, "").toUpperCase() };
    if (!identifierValid(normal)) refuse(`/identifiers/${i}/value`, "identifier", `This is not a valid ${normal.scheme}; check it for a typing mistake.`);
    return normal;
  });
  return { party: { ...input, kind, displayName, phone, email, identifiers }, errors };
}

/** Whether an identifier has the form and check digit of its scheme; schemes we do not know need 4 to 30 letters and digits. */
export function identifierValid({ scheme, value }: Identifier): boolean {
  const checked = CHECKED[scheme];
  if (checked === undefined) return /^[A-Z0-9]{4,30}$/.test(value);
  return stdnum[checked[0]]?.[checked[1]]?.validate(value).isValid === true;
}

/** All but the last four characters hidden. @example mask("ABCPR1234K") is "••••••234K" */
export function mask(text: string): string {
  return "•".repeat(Math.max(0, text.length - 4)) + text.slice(-4);
}
