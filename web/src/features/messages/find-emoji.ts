//! Finding emoji by what they are called in the reader's language. The names are Unicode's, and come when they are wanted.
import { currentLanguage, type Language } from "~/i18n/i18n";

/** For each emoji its name, and after it what else it is called, between bars. */
export type EmojiNames = Readonly<Record<string, string>>;

const NAMES: Record<Language, () => Promise<{ default: EmojiNames }>> = {
  en: () => import("./emoji-names/en.json"),
  es: () => import("./emoji-names/es.json"),
  de: () => import("./emoji-names/de.json"),
  ar: () => import("./emoji-names/ar.json"),
  ja: () => import("./emoji-names/ja.json"),
};
const NAMELESS: EmojiNames = {};
const loaded = new Map<Language, Promise<EmojiNames>>();

/** The names in the language of the page; none where they cannot be had: emoji are chosen by their looks then. */
export function emojiNames(): Promise<EmojiNames> {
  const language = currentLanguage();
  const known = loaded.get(language);
  if (known) return known;
  const names = NAMES[language]().then(
    (it) => it.default,
    () => NAMELESS,
  );
  loaded.set(language, names);
  return names;
}

export const nameOf = (emoji: string, names: EmojiNames): string => names[emoji]?.split("|")[0] ?? emoji;

/** Without case and accents, which nobody types while searching. */
const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** Those that are called so: each word of the query is in one of their names. Where one begins with it, they come first. */
export function findEmoji(query: string, emoji: readonly string[], names: EmojiNames): string[] {
  const words = fold(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  const found = emoji.flatMap((it) => {
    const called = fold(names[it] ?? "").replaceAll("|", " ");
    if (!words.every((word) => called.includes(word))) return [];
    return [{ it, first: words.every((word) => ` ${called}`.includes(` ${word}`)) }];
  });
  return [...found.filter(({ first }) => first), ...found.filter(({ first }) => !first)].map(({ it }) => it);
}
