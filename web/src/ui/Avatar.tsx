import type { CSSProperties } from "react";

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
}

const SIZES = { small: "size-8 text-xs", medium: "size-11 text-sm", large: "size-20 text-2xl" };

/** Decoration: the name always stands beside it. */
export function Avatar({ name, seed, url, size = "medium" }: AvatarProps) {
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
