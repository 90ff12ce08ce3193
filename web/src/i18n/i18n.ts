//! The languages of the client. One catalogue for each beside this file; only the one in use is loaded. English decides
//! which keys there are, and a test holds the others to them.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { prefer, preferences } from "~/storage/preferences";
import type en from "./en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

/** Each language in its own words, so that whoever is lost in another one finds it. */
export const LANGUAGES = {
  en: "English",
  es: "Español",
  de: "Deutsch",
  ar: "العربية",
  ja: "日本語",
} as const;

export type Language = keyof typeof LANGUAGES;

const RIGHT_TO_LEFT: ReadonlySet<Language> = new Set(["ar"]);

const CATALOGUES: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import("./en.json"),
  es: () => import("./es.json"),
  de: () => import("./de.json"),
  ar: () => import("./ar.json"),
  ja: () => import("./ja.json"),
};

const isLanguage = (tag: string | undefined): tag is Language => tag !== undefined && tag in LANGUAGES;
const baseOf = (tag: string) => tag.toLowerCase().split("-")[0];

/** The language that was chosen here, if any. */
export function chosenLanguage(): Language | undefined {
  const { language } = preferences();
  return isLanguage(language) ? language : undefined;
}

/** The first of the browser's languages that there is a catalogue for. */
function browserLanguage(): Language {
  return navigator.languages.map(baseOf).find(isLanguage) ?? "en";
}

async function use(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", (await CATALOGUES[language]()).default);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}

/** To be awaited before the first render: no text ever shows as its key or in another language. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  });
  await use(chosenLanguage() ?? browserLanguage());
}

/** `undefined` follows the browser. Rejects when the catalogue cannot be loaded; then nothing has changed. */
export async function chooseLanguage(language: Language | undefined): Promise<void> {
  await use(language ?? browserLanguage());
  prefer("language", language);
}

export const currentLanguage = () => i18next.language as Language;

/** What dates and numbers are written in: the browser's own variant of the language (en-GB, not en), if it has one. */
export function locale(): string {
  const language = i18next.language;
  return navigator.languages.find((tag) => baseOf(tag) === language) ?? language;
}

export const t = i18next.t;
