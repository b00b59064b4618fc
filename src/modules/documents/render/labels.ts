import type { Template } from "./data.ts";
import { ENGLISH } from "./labels-en.ts";
import { HINDI } from "./labels-hi.ts";
import type { Locale } from "./present.ts";

/** The words of the templates; every language has exactly the English keys. */
export type Labels = Readonly<Record<keyof typeof ENGLISH, string>>;

export function labelsOf(locale: Locale): Labels {
  return locale === "hi-IN" ? HINDI : ENGLISH;
}

/** The disclosure of Regulation Z is prescribed in English. */
export function translated(template: Template): boolean {
  return template !== "truth-in-lending";
}
