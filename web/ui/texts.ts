import i18next from "i18next";
import { useTranslation } from "react-i18next";

type Table = Readonly<Record<string, string>>;
/** "n_one" and "n_other" are asked for as "n", with a count. */
type KeyOf<T extends Table> = { [K in keyof T & string]: K extends `${infer Stem}_one` ? Stem : K extends `${string}_other` ? never : K }[keyof T & string];
type Values = Readonly<Record<string, string | number>>;

/** The texts of one screen in every language; made by `defineTexts`. */
export interface Texts<T extends Table> {
  readonly namespace: string;
  readonly en: T;
  readonly hi: Readonly<Record<keyof T, string>>;
}

/**
 * The texts of one screen beside it: keys by meaning, every language whole. A key that Hindi lacks, or that the screen asks for and
 * nobody wrote, is a type error.
 *
 * @param namespace staff.<screen> or borrower.<screen>
 * @example const texts = defineTexts("staff.jobs", { empty: "Nothing yet." }, { empty: "अभी कुछ नहीं।" });
 */
export function defineTexts<const T extends Table>(namespace: `${"staff" | "borrower" | "ui"}.${string}`, en: T, hi: Readonly<Record<keyof T, string>>): Texts<T> {
  return { namespace, en, hi };
}

const known = new Set<string>();

/** The texts in the viewer's language, with values put in: tt("left", { n: 3 }). */
export function useTexts<T extends Table>(texts: Texts<T>): (key: KeyOf<T>, values?: Values) => string {
  useTranslation(); // shown anew when the language changes
  if (!known.has(texts.namespace)) {
    known.add(texts.namespace);
    for (const [language, table] of [["en", texts.en], ["hi", texts.hi]] as const) {
      i18next.addResources(language, "translation", Object.fromEntries(Object.entries(table).map(([key, text]) => [`${texts.namespace}.${key}`, text])));
    }
  }
  const say: (key: string, values: Values) => string = i18next.t;
  return (key, values = {}) => say(`${texts.namespace}.${key}`, values);
}
