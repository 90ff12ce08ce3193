//! Naming people with @ while one writes: what is being typed, who could be meant, and the text with their name in it.
import type { Member } from "~/contract";
import type { Chat } from "~/features/messages/slice";

/** As many as one can take in at a glance. */
export const OFFERED_MOST = 6;

/** Whoever is in the conversation, as far as they are known, and who else was found there; but oneself. */
export function namable(chat: Chat | undefined, me: string, found: readonly Member[]): Member[] {
  const known = chat?.members ?? [];
  const ids = new Set(known.map(({ userId }) => userId));
  const others = found.filter(({ userId }) => !ids.has(userId));
  return [...known, ...others].filter(({ userId }) => userId !== me);
}

/** What stands between an @ and the caret, if that is a name that is being typed. */
export function nameAt(text: string, caret: number): { from: number; query: string } | null {
  const match = /(?<![\p{L}\p{N}_.@/-])@([\p{L}\p{N}._-]{0,32})$/u.exec(text.slice(0, caret));
  return match ? { from: match.index, query: (match[1] ?? "").toLocaleLowerCase() } : null;
}

/** Who could be meant: by the beginning of the username, or of a part of the name. */
export function candidates(people: readonly Member[], query: string): Member[] {
  const fits = ({ username, displayName }: Member) =>
    username.startsWith(query) ||
    displayName
      .toLocaleLowerCase()
      .split(/\s+/)
      .some((part) => part.startsWith(query));
  return people.filter(fits).slice(0, OFFERED_MOST);
}

/** The text with the name in place of what was typed of it, and where the caret then stands. */
export function named(text: string, from: number, caret: number, username: string) {
  const rest = text.slice(caret);
  const before = `${text.slice(0, from)}@${username}${rest.startsWith(" ") ? "" : " "}`;
  return { text: before + rest, caret: before.length + (rest.startsWith(" ") ? 1 : 0) };
}
