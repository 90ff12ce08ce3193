//! Times as people say them, in the browser's language and time zone. Formatters are made once: they are expensive.
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const weekdayShort = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const dayShort = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const dateShort = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "numeric", year: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

function daysBefore(then: Date, now: Date): number {
  const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  return Math.round((midnight(now) - midnight(then)) / 86_400_000);
}

const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

export const sameDay = (a: string, b: string) => new Date(a).toDateString() === new Date(b).toDateString();
export const timeOfDay = (iso: string) => clock.format(new Date(iso));
export const fullTime = (iso: string) => full.format(new Date(iso));

/** Above the messages of a day: Today, Yesterday, Monday, 3 May, 3 May 2024. */
export function dayTitle(iso: string, now: Date): string {
  const then = new Date(iso);
  const days = daysBefore(then, now);
  if (days === 0 || days === 1) return capital(relative.format(-days, "day"));
  if (days > 1 && days < 7) return weekday.format(then);
  return then.getFullYear() === now.getFullYear() ? dayOfYear.format(then) : date.format(then);
}

/** In a list, as short as it can be: 14:05, Mon, 3 May, 03/05/24. */
export function shortTime(iso: string, now: Date): string {
  const then = new Date(iso);
  const days = daysBefore(then, now);
  if (days <= 0) return clock.format(then);
  if (days < 7) return weekdayShort.format(then);
  return then.getFullYear() === now.getFullYear() ? dayShort.format(then) : dateShort.format(then);
}

/** How long ago something was: just now, 5 minutes ago, yesterday. */
export function ago(iso: string, now: Date): string {
  const minutes = Math.round((now.getTime() - new Date(iso).getTime()) / 60_000);
  if (minutes < 1) return relative.format(0, "minute");
  if (minutes < 60) return relative.format(-minutes, "minute");
  if (minutes < 24 * 60) return relative.format(-Math.round(minutes / 60), "hour");
  return relative.format(-daysBefore(new Date(iso), now), "day");
}
