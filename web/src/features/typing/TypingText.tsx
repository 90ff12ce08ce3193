import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import type { ConversationId } from "~/contract";
import { selectTyping, type TypingState } from "./slice";

/** Who is writing, in a sentence that is read out; `children` while nobody is. */
export function TypingText({
  conversationId,
  children,
}: {
  conversationId: ConversationId;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [first, second, ...others] = useSelector((state: { typing: TypingState }) =>
    selectTyping(state, conversationId),
  );
  const sentence =
    first === undefined
      ? ""
      : second === undefined
        ? t("typing.one", { name: first })
        : others.length === 0
          ? t("typing.two", { first, second })
          : t("typing.several", { first, second, count: others.length });
  return (
    <>
      <span id={id} aria-live="polite" className="text-primary">
        {sentence}
      </span>
      {sentence === "" && children}
    </>
  );
}
