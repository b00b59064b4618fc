import type { TFunction } from "i18next";
import type { FieldError } from "../api/client.ts";
import { hasAnswer, inLanguage, type Answers, type FormField } from "../api/forms.ts";
import { formatMoney } from "../ui/format.ts";

const ADDRESS_PARTS: Readonly<Record<string, string>> = { line1: "House and street", city: "City", region: "State", postalCode: "Postal code" };

/** What is still needed on a page, told before anything is sent; an address names its parts. */
export function missingAnswers(fields: readonly FormField[], answers: Answers): FieldError[] {
  return fields.filter((f) => f.required).flatMap((f) => {
    const value = answers[f.name];
    if (f.kind === "address") {
      const given = (value ?? {}) as Readonly<Record<string, string>>;
      return Object.keys(ADDRESS_PARTS).filter((part) => (given[part] ?? "").trim() === "").map((part) => ({ pointer: `/answers/${f.name}/${part}`, code: "field.required", detail: "" }));
    }
    return hasAnswer(value) ? [] : [{ pointer: `/answers/${f.name}`, code: "field.required", detail: "" }];
  });
}

/** The faults of answers in the reader's language, by their code; the server's own text where the code says too little. */
export function localErrors(fields: readonly FormField[], errors: readonly FieldError[], t: TFunction, currency: string): FieldError[] {
  return errors.map((error) => {
    const field = fields.find((f) => error.pointer === `/answers/${f.name}` || error.pointer.startsWith(`/answers/${f.name}/`));
    return { ...error, detail: wordsOf(error, field, t, currency) };
  });
}

function wordsOf(error: FieldError, field: FormField | undefined, t: TFunction, currency: string): string {
  switch (error.code) {
    case "field.required": return t("This answer is needed.");
    case "field.range": return rangeWords(field, t, currency);
    case "field.amount": return t("Type an amount, for instance 1,50,000 or 1.5L.");
    case "field.integer": return t("Write a whole number.");
    case "field.date": return t("Choose a day.");
    case "field.choice": case "field.yes_no": return t("Choose one of the answers.");
    case "field.phone": return t("Write the whole phone number.");
    case "field.email": return t("Write a whole e-mail address.");
    case "field.identifier": return t("This number cannot be right. Compare it with your card.");
    case "field.account": return field?.scheme === "US_ACCOUNT" ? t("Write routing number/account number.") : t("Write IFSC/account number, for instance HDFC0001234/50100123456789.");
    case "field.address": return t("The address is not whole.");
    case "field.text": return t("Write less: up to 500 letters.");
    default: return t(error.detail);
  }
}

function rangeWords(field: FormField | undefined, t: TFunction, currency: string): string {
  const write = (limit: string) => (field?.kind === "money" ? formatMoney({ amount: limit, currency }) : limit);
  if (field?.minimum !== undefined && field.maximum !== undefined) return t("From {{low}} to {{high}}", { low: write(field.minimum), high: write(field.maximum) });
  if (field?.minimum !== undefined) return t("At least {{low}}", { low: write(field.minimum) });
  return field?.maximum === undefined ? t("This answer cannot be accepted.") : t("At most {{high}}", { high: write(field.maximum) });
}

/** What the question is called, for the list of faults. */
export function labelOfAnswer(fields: readonly FormField[], pointer: string, language: string, t: TFunction): string | undefined {
  const [, , name = "", part] = pointer.split("/");
  const field = fields.find((f) => f.name === name);
  if (field === undefined) return undefined;
  const named = part === undefined ? undefined : ADDRESS_PARTS[part];
  return named === undefined ? inLanguage(field.label, language) : t(named);
}
