//! Stands for the package of this name in the page: hast-util-to-jsx-runtime asks it how each attribute of HTML and SVG is
//! spelt, and markdown without raw HTML has a dozen of them, which React spells the same. 5 KB that nobody has to load.
export const html = {};
export const svg = {};
export const hastToReact: Record<string, string> = {};

/** `ariaLabel` and `dataFootnoteRef` are written with dashes; everything else as it is. */
export function find(_schema: object, name: string) {
  const property = /^(aria|data)[A-Z]/.test(name)
    ? name.replace(/[A-Z]/g, (letter, at: number) => {
        // Of ARIA's names only the first word ends in a dash.
        const dash = name.startsWith("data") || at === 4 ? "-" : "";
        return dash + letter.toLowerCase();
      })
    : name;
  return { property, attribute: property, space: "html", commaSeparated: false };
}
