import { useEffect } from "react";
import { useSelector } from "react-redux";
import { selectTotal, timePassed } from "~/features/notifications/slice";
import { useAppDispatch } from "~/hooks";
import { countInTitle } from "~/ui/page-title";
import { drawBadge } from "./favicon";
import type { RootState } from "./store";

/** A mute that ends changes the total: soon enough that nobody misses it. */
const LOOK_EVERY_MS = 30_000;

/** Keeps what is unread in the title, on the tab's icon, and on the icon of the installed app. */
export function useTotal(): void {
  const dispatch = useAppDispatch();
  const total = useSelector((state: RootState) => selectTotal(state));
  useEffect(() => {
    const timer = setInterval(() => dispatch(timePassed(Date.now())), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [dispatch]);
  useEffect(() => {
    countInTitle(total);
    drawBadge(total);
  }, [total]);
  // Whoever signs out leaves nothing on the icon.
  useEffect(
    () => () => {
      countInTitle(0);
      drawBadge(0);
    },
    [],
  );
}
