//! Times as people say them, in the chosen language and the browser's time zone.
import { locale } from "~/i18n/i18n";

/** The formatters of one locale. They are expensive: made once for each that is used. */
function formattersOf(tag: string) {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, options);
  return {
    clock: format({ hour: "numeric", minute: "2-digit" }),
    weekday: format({ weekday: "long" }),
    weekdayShort: format({ weekday: "short" }),
    dayOfYear: format({ weekday: "long", day: "numeric", month: "long" }),
    dayShort: format({ day: "numeric", month: "short" }),
    date: format({ day: "numeric", month: "long", year: "numeric" }),
    dateShort: format({ day: "numeric", month: "numeric", year: "2-digit" }),
    full: format({ dateStyle: "full", timeStyle: "short" }),
    relative: new Intl.RelativeTimeFormat(tag, { numeric: "auto" }),
  };
}

const known = new Map<string, ReturnType<typeof formattersOf>>();

function formatters() {
  const tag = locale();
  let found = known.get(tag);
  if (!found) {
    found = formattersOf(tag);
    known.set(tag, found);
  }
  return found;
}

function daysBefore(then: Date, now: Date): number {
  const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  return Math.round((midnight(now) - midnight(then)) / 86_400_000);
}

const capital = (text: string) => text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);

export const sameDay = (a: string, b: string) => new Date(a).toDateString() === new Date(b).toDateString();
export const timeOfDay = (iso: string) => formatters().clock.format(new Date(iso));
export const fullTime = (iso: string) => formatters().full.format(new Date(iso));

/** Above the messages of a day: Today, Yesterday, Monday, 3 May, 3 May 2024. */
export function dayTitle(iso: string, now: Date): string {
  const then = new Date(iso);
  const days = daysBefore(then, now);
  if (days === 0 || days === 1) return capital(formatters().relative.format(-days, "day"));
  if (days > 1 && days < 7) return formatters().weekday.format(then);
  return then.getFullYear() === now.getFullYear()
    ? formatters().dayOfYear.format(then)
    : formatters().date.format(then);
}

/** In a list, as short as it can be: 14:05, Mon, 3 May, 03/05/24. */
export function shortTime(iso: string, now: Date): string {
  const then = new Date(iso);
  const days = daysBefore(then, now);
  if (days <= 0) return formatters().clock.format(then);
  if (days < 7) return formatters().weekdayShort.format(then);
  return then.getFullYear() === now.getFullYear()
    ? formatters().dayShort.format(then)
    : formatters().dateShort.format(then);
}

/** How long ago something was: just now, 5 minutes ago, yesterday. */
export function ago(iso: string, now: Date): string {
  const minutes = Math.round((now.getTime() - new Date(iso).getTime()) / 60_000);
  if (minutes < 1) return formatters().relative.format(0, "minute");
  if (minutes < 60) return formatters().relative.format(-minutes, "minute");
  if (minutes < 24 * 60) return formatters().relative.format(-Math.round(minutes / 60), "hour");
  return formatters().relative.format(-daysBefore(new Date(iso), now), "day");
}

/** A moment that is near: 14:05 today, else Tuesday, 08:00. */
export function dayAndTime(iso: string, now: Date): string {
  const then = new Date(iso);
  if (daysBefore(then, now) === 0) return formatters().clock.format(then);
  return `${formatters().weekday.format(then)}, ${formatters().clock.format(then)}`;
}
