//! What is looked for stands in the address: `/search?q=words&in=conversation`, so that a reload and the way back find it again.
import { useEffect, useState } from "react";
import { useLocation, useNavigationType, useSearchParams } from "react-router";
import type { ConversationId } from "~/contract";

export interface Question {
  words: string;
  /** The only conversation to look in. */
  within: ConversationId | null;
}

/** Typing is not asking: the address follows a moment after the last key. */
const PAUSE_MS = 250;

export function useQuestion() {
  const [address, setAddress] = useSearchParams();
  const { key } = useLocation();
  const how = useNavigationType();
  const words = (address.get("q") ?? "").trim();
  const [text, setText] = useState(words);

  // Typing replaces the address; whatever else changes it came from outside, and the box follows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each visit, not for each key
  useEffect(() => {
    if (how !== "REPLACE") setText(words);
  }, [key]);

  const change = (name: string, value: string) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const ask = () => change("q", text.trim());

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed and what is asked decide, not who writes the address
  useEffect(() => {
    if (text.trim() === words) return;
    const timer = setTimeout(ask, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, words]);

  const question: Question = { words, within: address.get("in") };
  return { text, setText, question, ask, everywhere: () => change("in", "") };
}
