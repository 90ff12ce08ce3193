import { expect, it } from "vitest";
import { plainText } from "./plain-text";

it("leaves the words of a message, and what only looks like markdown", () => {
  expect(plainText("Hey! **Great** to *see* you, `really`")).toBe("Hey! Great to see you, really");
  expect(plainText("- [x] done\n- [ ] to do\n\n# heading\n\n~~gone~~")).toBe("done to do heading gone");
  expect(plainText("> quoted\n\n[a link](https://example.org)")).toBe("quoted a link");
  expect(plainText("```rust\nfn main() {}\n```")).toBe("fn main() {}");
  expect(plainText("2 * 3 * 4 and snake_case_name")).toBe("2 * 3 * 4 and snake_case_name");
  expect(plainText("<script>alert(1)</script>")).toBe("<script>alert(1)</script>");
});
