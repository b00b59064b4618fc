import i18next from "i18next";
import { initReactI18next } from "react-i18next";

/** English text is the key; other languages are tables from it. Plurals are i18next's (_one, _other), by the language's own rules. */
export const LANGUAGES = [{ code: "en", name: "English" }, { code: "hi", name: "हिन्दी" }] as const;

const english = {
  "{{count}} rows_one": "{{count}} row", "{{count}} rows_other": "{{count}} rows",
  "{{count}} selected_one": "{{count}} selected", "{{count}} selected_other": "{{count}} selected",
  "{{count}} days_one": "{{count}} day", "{{count}} days_other": "{{count}} days",
  "{{count}} months_one": "{{count}} month", "{{count}} months_other": "{{count}} months",
  "{{count}} days past due_one": "{{count}} day past due", "{{count}} days past due_other": "{{count}} days past due",
  "{{count}} jobs running_one": "{{count}} job running", "{{count}} jobs running_other": "{{count}} jobs running",
  "{{count}} things to correct_one": "One thing to correct", "{{count}} things to correct_other": "{{count}} things to correct",
  "{{fee}}, once a payment is more than {{count}} days late._one": "{{fee}}, once a payment is more than a day late.", "{{fee}}, once a payment is more than {{count}} days late._other": "{{fee}}, once a payment is more than {{count}} days late.",
  "{{rate}} a year on the overdue amount alone, never on charges; the first {{count}} days are free._one": "{{rate}} a year on the overdue amount alone, never on charges; the first day is free.", "{{rate}} a year on the overdue amount alone, never on charges; the first {{count}} days are free._other": "{{rate}} a year on the overdue amount alone, never on charges; the first {{count}} days are free.",
  "{{count}} payments_one": "{{count}} payment", "{{count}} payments_other": "{{count}} payments",
};

function stored(): string {
  try {
    return localStorage.getItem("lw.language") ?? (navigator.language.startsWith("hi") ? "hi" : "en");
  } catch {
    return "en";
  }
}

/** Starts the texts in the viewer's language. `tables` are the page's own, besides the shared one. */
export async function startTexts(tables: { hi: () => Promise<{ default: Readonly<Record<string, string>> }> }): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en", fallbackLng: "en", keySeparator: false, nsSeparator: false, contextSeparator: "__", resources: { en: { translation: english } }, interpolation: { escapeValue: false }, returnNull: false,
  });
  let loaded = false;
  load = async (language) => {
    if (language !== "hi" || loaded) return;
    const [shared, own] = await Promise.all([import("./hi.ts"), tables.hi()]);
    loaded = true;
    i18next.addResourceBundle("hi", "translation", { ...shared.default, ...own.default });
  };
  await chooseLanguage(stored());
}

let load: (language: string) => Promise<void> = async () => undefined;

/** Changes the language now and for the next visit. */
export async function chooseLanguage(language: string): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem("lw.language", language);
  } catch {
    // Private mode: it holds for this visit.
  }
}
