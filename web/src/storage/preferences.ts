//! What this browser was told about its looks: the theme and the language. They live in localStorage, because they must be
//! known before the first paint (public/theme.js reads the theme) and before anybody signs in.
const STORED = "linnet.preferences";

export interface Preferences {
  theme?: string;
  /** "off": no sound when something arrives. */
  sound?: string;
  /** "off": no notifications here, although the browser would show them. */
  notifications?: string;
  /** "done": whether to show notifications was asked and answered. */
  asked?: string;
  language?: string;
}

export function preferences(): Preferences {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {};
  }
}

/** Changes one preference; `undefined` takes the choice back. */
export function prefer(name: keyof Preferences, value: string | undefined): void {
  const { [name]: _, ...others } = preferences();
  try {
    localStorage.setItem(STORED, JSON.stringify(value === undefined ? others : { ...others, [name]: value }));
  } catch {
    // Storage may be forbidden: the choice then holds for this page.
  }
}
