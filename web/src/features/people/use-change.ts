import type { User } from "~/contract";
import { useAppDispatch } from "~/hooks";
import { useAttempt } from "~/use-attempt";
import { type Change, change } from "./slice";

/** Runs one change about somebody at a time, and keeps why one was not done. */
export function useChange(user: User) {
  const dispatch = useAppDispatch();
  const { attempt, busy, error } = useAttempt();
  return { run: (what: Change) => attempt(() => dispatch(change(user, what))), busy, error };
}
