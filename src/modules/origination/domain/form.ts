import { parsePhoneNumberFromString } from "libphonenumber-js";
import { formatAmount, isIsoDate, parseAmount } from "#engine/index.ts";
import type { FieldError } from "#kernel/problems.ts";
import type { FormField, ProductDefinition } from "#modules/products/index.ts";

/** Answers by field name, in normal form: text, whole numbers as numbers, money as decimal text, yes and no as booleans, addresses as objects. */
export type Answers = Readonly<Record<string, unknown>>;

const PERSONAL_NAMES = new Set(["givenName", "familyName", "birthDate"]);
const PERSONAL_KINDS = new Set<FormField["kind"]>(["phone", "email", "address", "identifier", "account"]);

/** Whether an answer tells who somebody is or where their money is; such answers are kept sealed. */
export function isPersonal(field: FormField): boolean {
  return PERSONAL_NAMES.has(field.name) || PERSONAL_KINDS.has(field.kind);
}

export interface Checked { readonly values: Record<string, unknown>; readonly errors: FieldError[] }

/**
 * Checks the answers of one page, or of the whole form, and puts them into normal form. All faults are told at once.
 * @param page  code of one page; absent: the whole form, and then everything required must be there
 * @returns undefined when the form has no such page
 */
export function checkAnswers(definition: ProductDefinition, currency: string, given: Answers, page?: string): Checked | undefined {
  const pages = page === undefined ? definition.form : definition.form.filter((p) => p.code === page);
  if (pages.length === 0) return undefined;
  const fields = pages.flatMap((p) => p.fields);
  const errors: FieldError[] = [];
  const values: Record<string, unknown> = {};
  const known = new Set(fields.map((field) => field.name));
  for (const name of Object.keys(given)) if (!known.has(name) && page !== undefined) errors.push({ pointer: `/answers/${name}`, code: "field.unknown", detail: "This field is not known here." });
  for (const field of fields) {
    const raw = given[field.name];
    if (!isShown(field, given)) continue;
    if (raw === undefined || raw === null || raw === "") {
      if (field.required) errors.push({ pointer: `/answers/${field.name}`, code: "field.required", detail: `${field.label["en"] ?? field.name}: this answer is needed.` });
      continue;
    }
    const read = readField(field, raw, currency);
    if ("error" in read) errors.push({ pointer: `/answers/${field.name}`, code: `field.${read.code}`, detail: read.error });
    else values[field.name] = read.value;
  }
  return { values, errors };
}

function isShown(field: FormField, given: Answers): boolean {
  return field.showWhen === undefined || field.showWhen.in.includes(String(given[field.showWhen.field] ?? ""));
}

type Read = { readonly value: unknown } | { readonly code: string; readonly error: string };

function readField(field: FormField, raw: unknown, currency: string): Read {
  const text = typeof raw === "string" ? raw.trim() : typeof raw === "number" || typeof raw === "boolean" ? String(raw) : "";
  switch (field.kind) {
    case "text": return text.length > 0 && text.length <= 500 ? { value: text } : { code: "text", error: "Write up to 500 characters." };
    case "money": return readMoney(field, text, currency);
    case "integer": return readInteger(field, text);
    case "date": return isIsoDate(text) ? { value: text } : { code: "date", error: "Use a calendar day as YYYY-MM-DD." };
    case "choice": return (field.options ?? []).some((o) => o.value === text) ? { value: text } : { code: "choice", error: `Use one of: ${(field.options ?? []).map((o) => o.value).join(", ")}.` };
    case "yes_no": return text === "true" || text === "false" ? { value: text === "true" } : { code: "yes_no", error: "Answer true or false." };
    case "phone": {
      const phone = parsePhoneNumberFromString(text)?.number;
      return phone === undefined ? { code: "phone", error: "Write the phone number with its country code." } : { value: phone };
    }
    case "email": return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? { value: text.toLowerCase() } : { code: "email", error: "Write a whole e-mail address." };
    case "identifier": {
      const value = text.replace(/[\s-]/g, "").toUpperCase();
      return /^[A-Z0-9]{4,30}$/.test(value) ? { value } : { code: "identifier", error: `This is not a ${field.scheme ?? "number"}.` };
    }
    case "account": return readAccount(field, text);
    case "address": return readAddress(raw);
  }
}

function readMoney(field: FormField, text: string, currency: string): Read {
  let minor: bigint;
  try {
    minor = parseAmount(text, currency).minor;
  } catch {
    return { code: "amount", error: `Write an amount of ${currency} as a plain number, for instance 25000.00.` };
  }
  const bound = (limit: string | undefined) => (limit === undefined ? undefined : parseAmount(limit, currency).minor);
  const [low, high] = [bound(field.minimum), bound(field.maximum)];
  if (minor < 0n || (low !== undefined && minor < low)) return { code: "range", error: `At least ${field.minimum ?? "0"} ${currency}.` };
  if (high !== undefined && minor > high) return { code: "range", error: `At most ${field.maximum} ${currency}.` };
  return { value: formatAmount({ minor, currency }) };
}

function readInteger(field: FormField, text: string): Read {
  if (!/^-?\d{1,9}$/.test(text)) return { code: "integer", error: "Write a whole number." };
  const value = Number(text);
  if (field.minimum !== undefined && value < Number(field.minimum)) return { code: "range", error: `At least ${field.minimum}.` };
  if (field.maximum !== undefined && value > Number(field.maximum)) return { code: "range", error: `At most ${field.maximum}.` };
  return { value };
}

const ACCOUNTS: Readonly<Record<string, RegExp>> = { IN_ACCOUNT: /^[A-Z]{4}0[A-Z0-9]{6}\/\d{6,18}$/, US_ACCOUNT: /^\d{9}\/\d{4,17}$/, IBAN: /^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/ };

function readAccount(field: FormField, text: string): Read {
  const value = text.replace(/\s/g, "").toUpperCase();
  const form = ACCOUNTS[field.scheme ?? ""] ?? /^[A-Z0-9/]{6,40}$/;
  return form.test(value) ? { value } : { code: "account", error: field.scheme === "IN_ACCOUNT" ? "Write IFSC/account number, for instance HDFC0001234/50100123456789." : field.scheme === "US_ACCOUNT" ? "Write routing number/account number." : "Write the account number." };
}

function readAddress(raw: unknown): Read {
  const given = raw as Readonly<Record<string, unknown>>;
  const address: Record<string, string> = {};
  if (raw !== null && typeof raw === "object") {
    for (const part of ["line1", "line2", "city", "region", "postalCode", "country"]) if (typeof given[part] === "string" && given[part] !== "") address[part] = given[part].trim().slice(0, 200);
  }
  const missing = ["line1", "city", "region", "postalCode", "country"].filter((part) => address[part] === undefined);
  return missing.length === 0 ? { value: address } : { code: "address", error: `The address lacks ${missing.join(", ")}.` };
}
