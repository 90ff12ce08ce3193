import { useTranslation } from "react-i18next";
import { type Change, systemSentence } from "~/i18n/system-sentence";

/** What happened to the conversation itself, between its messages. */
export function SystemLine({ change, text }: { change: Change | undefined; text: string }) {
  // Renders again in another language.
  useTranslation();
  return (
    <p className="text-quiet mx-auto max-w-md py-1 text-center text-sm text-balance wrap-anywhere">
      {change ? systemSentence(change) : text}
    </p>
  );
}
