import { useState } from "react";
import type { User } from "~/contract";
import { sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { type Change, change } from "./slice";

/** Runs one change about somebody at a time, and keeps why one was not done. */
export function useChange(user: User) {
  const dispatch = useAppDispatch();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  /** Whether it was done. */
  async function run(what: Change): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await dispatch(change(user, what));
      return true;
    } catch (failure) {
      setError(sentenceOf(failure));
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { run, busy, error };
}
