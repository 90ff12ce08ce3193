import { lazy, memo, Suspense } from "react";

const Markdown = lazy(() => import("./Markdown"));

/** Anything that could be markdown, or a link. Most messages have none of it, and need no parser. */
const MARKUP = /[*_`~[\]<>#|\\]|^\s*(?:[-+]|\d+[.)])\s|:\/\/|www\.|@|^\s*={3,}|&\w+;/m;
const EMOJI_ONLY = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\p{Regional_Indicator}|\s)+$/u;
const HAS_EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;

export function isFewEmoji(text: string): boolean {
  if (text.length > 60 || !EMOJI_ONLY.test(text) || !HAS_EMOJI.test(text)) return false;
  const graphemes = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)];
  return graphemes.filter(({ segment }) => segment.trim() !== "").length <= 5;
}

interface MessageTextProps {
  text: string;
  /** Usernames that the text names, between spaces. */
  mentions?: string;
  /** The reader's own, if it is among them. */
  me?: string;
}

/** The text of a message. Text is text: whatever looks like HTML is shown as it was written. */
export const MessageText = memo(function MessageText({ text, mentions = "", me = "" }: MessageTextProps) {
  if (isFewEmoji(text)) return <p className="py-0.5 text-4xl leading-tight">{text}</p>;
  const plain = <p>{text}</p>;
  return (
    <div className="message-text" dir="auto">
      {MARKUP.test(text) ? (
        <Suspense fallback={plain}>
          <Markdown text={text} mentions={mentions} me={me} />
        </Suspense>
      ) : (
        plain
      )}
    </div>
  );
});
