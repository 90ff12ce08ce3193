import type { CSSProperties, ReactNode } from "react";
import { useTranslation } from "react-i18next";

const HUES = 18;

/** The first letters of the first and the last word of a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("") || "?";
}

/** A hue that is the same for the same seed, and different even where seeds differ in one character only. */
function hueOf(seed: string): number {
  let hash = 2_166_136_261;
  for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return (((hash ^ (hash >>> 13)) >>> 0) % HUES) * (360 / HUES);
}

interface AvatarProps {
  name: string;
  /** What the colour follows: an id, so that a new name keeps its colour. */
  seed: string;
  url?: string | null;
  size?: "small" | "medium" | "large";
  /** Whether they are there, where that is known. */
  status?: "online" | "away" | "offline" | undefined;
}

const SIZES = { small: "size-8 text-xs", medium: "size-11 text-sm", large: "size-20 text-2xl" };

/** Decoration, but for whether somebody is there: the name always stands beside it. */
export function Avatar({ status, ...picture }: AvatarProps) {
  if (status !== "online" && status !== "away") return <Picture {...picture} />;
  return (
    <Beside status={status}>
      <Picture {...picture} />
    </Beside>
  );
}

/** The two differ in shape as well: colours alone tell some people nothing. */
const DOTS = { online: "bg-success", away: "bg-base-100 border-2 border-secondary" };

function Beside({ status, children }: { status: "online" | "away"; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <span className="relative shrink-0" data-presence={status}>
      {children}
      <span
        aria-hidden="true"
        title={t(`presence.${status}`)}
        className={`absolute end-0 bottom-0 size-3 rounded-full ring-2 ring-base-100 ${DOTS[status]}`}
      />
      <span className="sr-only">{t(`presence.${status}`)} </span>
    </span>
  );
}

function Picture({ name, seed, url, size = "medium" }: Omit<AvatarProps, "status">) {
  const frame = `${SIZES[size]} shrink-0 rounded-full select-none`;
  if (url) return <img src={url} alt="" className={`${frame} object-cover`} />;
  return (
    <span
      aria-hidden="true"
      className={`avatar-hue ${frame} grid place-items-center font-semibold tracking-wide`}
      style={{ "--hue": hueOf(seed) } as CSSProperties}
    >
      {initialsOf(name)}
    </span>
  );
}
