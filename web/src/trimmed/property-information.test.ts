import { html, find as real } from "property-information";
import { expect, it } from "vitest";
import { find, hastToReact } from "./property-information";

/** What the page's markdown puts on elements. */
const USED =
  "align alt ariaDescribedBy ariaHidden ariaLabel checked className dataFootnoteRef disabled href id lang rel src start style target title type";

it("spells what markdown uses as the package does for React", () => {
  for (const name of USED.split(" ")) {
    const ours = find({}, name);
    expect(hastToReact[ours.property] ?? ours.property, name).toBe(
      name.startsWith("aria") || name.startsWith("data")
        ? real(html, name).attribute
        : real(html, name).property,
    );
  }
});
