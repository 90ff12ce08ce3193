import type { Highlight } from "~/contract";
import { plainText } from "~/ui/plain-text";

export interface Part {
  text: string;
  found: boolean;
}

/** Stand around what was found while the text is made plain. Nobody writes them: they mean nothing outside of one program. */
const FROM = "\u{E000}";
const TO = "\u{E001}";
const MARKS = /[\u{E000}\u{E001}]/gu;

/** Characters before the first hit, and in all, of a text that is too long to be shown. */
const BEFORE = 60;
const MOST = 400;

/** What a letter of its own does not begin with. */
const INSIDE = /^(?:\p{M}|\p{Emoji_Modifier}|\u200D|[\uDC00-\uDFFF])/u;

/** The nearest place from there on where a text may be cut: behind a space, or else between two letters. */
function cutAt(text: string, at: number): number {
  const space = /\s/.exec(text.slice(at, at + BEFORE / 2));
  if (space) return at + space.index + 1;
  let place = at;
  while (place < text.length && INSIDE.test(text.slice(place))) place += 1;
  return place;
}

/** A message in short, around what was found in it. */
export function excerpt(msg: string, highlights: readonly Highlight[]): Part[] {
  const first = highlights[0]?.from ?? 0;
  const from = first > BEFORE * 2 ? Math.min(cutAt(msg, first - BEFORE), first) : 0;
  const to = msg.length > from + MOST ? cutAt(msg, from + MOST) : msg.length;
  let marked = "";
  let at = from;
  for (const highlight of highlights) {
    if (highlight.from < at || highlight.to > to) continue;
    const between = msg.slice(at, highlight.from).replace(MARKS, " ");
    const found = msg.slice(highlight.from, highlight.to).replace(MARKS, " ");
    marked += between + FROM + found + TO;
    at = highlight.to;
  }
  marked += msg.slice(at, to).replace(MARKS, " ");
  const parts: Part[] = [];
  const add = (text: string, found: boolean) => {
    if (text !== "") parts.push({ text, found });
  };
  if (from > 0) add("…", false);
  let found = false;
  for (const piece of plainText(marked).split(/([\u{E000}\u{E001}])/u)) {
    // What markdown hides takes one of the two marks with it at times.
    if (piece === FROM || piece === TO) found = piece === FROM;
    else add(piece, found);
  }
  if (to < msg.length) add("…", false);
  return parts;
}
