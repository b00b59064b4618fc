/** The application form of a product, as its definition travels. */
export type Words = Readonly<Record<string, string>>;

export interface FormField {
  readonly name: string; readonly label: Words; readonly why?: Words; readonly kind: "text" | "money" | "integer" | "date" | "choice" | "yes_no" | "phone" | "email" | "identifier" | "address" | "account";
  readonly scheme?: string; readonly required: boolean; readonly options?: readonly { readonly value: string; readonly label: Words }[]; readonly minimum?: string; readonly maximum?: string;
  readonly showWhen?: { readonly field: string; readonly in: readonly string[] };
}
export interface FormPage { readonly code: string; readonly title: Words; readonly fields: readonly FormField[] }
export type Answers = Readonly<Record<string, unknown>>;

/** The words in the viewer's language, else in English. */
export function inLanguage(words: Words | undefined, language: string): string {
  return words?.[language] ?? words?.["en"] ?? Object.values(words ?? {})[0] ?? "";
}

/** Fields that apply, given what was answered elsewhere. */
export function shownFields(page: FormPage, answers: Answers): readonly FormField[] {
  return page.fields.filter((f) => f.showWhen === undefined || f.showWhen.in.includes(String(answers[f.showWhen.field] ?? "")));
}

/** Whether every required field of a page has an answer. */
export function pageDone(page: FormPage, answers: Answers): boolean {
  return shownFields(page, answers).every((f) => !f.required || hasAnswer(answers[f.name]));
}

export function hasAnswer(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.values(value).some((v) => v !== "");
}
