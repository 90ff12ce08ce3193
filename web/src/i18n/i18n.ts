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

type Part = () => Promise<{ default: object }>;

/** Each catalogue in two parts: what the chats say, and what only some pages do (`vite.config.ts` has which). */
const CATALOGUES: Record<Language, { first: Part; apart: Part }> = {
  en: { first: () => import("./en.json"), apart: () => import("./en.json?apart") },
  es: { first: () => import("./es.json"), apart: () => import("./es.json?apart") },
  de: { first: () => import("./de.json"), apart: () => import("./de.json?apart") },
  ar: { first: () => import("./ar.json"), apart: () => import("./ar.json?apart") },
  ja: { first: () => import("./ja.json"), apart: () => import("./ja.json?apart") },
};

/** A page that needs the second part was opened. */
let apart = false;

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

async function load(language: Language): Promise<void> {
  const { first, apart: second } = CATALOGUES[language];
  const parts = await Promise.all(apart ? [first(), second()] : [first()]);
  for (const { default: part } of parts) i18next.addResourceBundle(language, "translation", part, true);
}

async function use(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}

let starting: Promise<void> | undefined;

/** To be awaited before the first render: no text ever shows as its key or in another language. */
export function startLanguage(): Promise<void> {
  starting ??= start();
  return starting;
}

async function start(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  });
  await use(chosenLanguage() ?? browserLanguage());
}

/** A page with texts apart from those of the chats, once these are there as well. */
export async function withItsTexts<M>(page: Promise<M>): Promise<M> {
  apart = true;
  // The first page is asked for before there is a language.
  await startLanguage();
  const [module] = await Promise.all([page, load(currentLanguage())]);
  return module;
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
