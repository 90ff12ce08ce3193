import { useRef, useState } from "react";
import { sentenceOf } from "~/failure";

/** Does one thing at a time, and keeps the sentence of why it was not done. */
export function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const running = useRef(false);

  /** Whether it was done. */
  async function attempt(task: () => Promise<unknown>): Promise<boolean> {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await task();
      return true;
    } catch (failure) {
      setError(sentenceOf(failure));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  return { attempt, busy, error, setError };
}
