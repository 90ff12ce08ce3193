import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Attachment } from "~/contract";
import { inShort } from "~/ui/plain-text";
import { Files } from "./Files";

const file = (over: Partial<Attachment>): Attachment => ({
  id: "0190a8b4-0000-7000-8000-000000000001",
  name: "a.bin",
  type: "application/octet-stream",
  size: 81_234,
  thumbnail: false,
  ...over,
});

it("shows a picture in the place that it will have, small, and leads to the whole of it", () => {
  render(
    <Files
      files={[file({ name: "写真.jpg", type: "image/jpeg", width: 1600, height: 800, thumbnail: true })]}
    />,
  );
  const picture = screen.getByRole("img", { name: "写真.jpg" });
  expect(picture.getAttribute("src")).toMatch(/^\/api\/v1\/files\/[0-9a-f-]+\/thumbnail$/);
  expect([picture.getAttribute("width"), picture.getAttribute("height")]).toEqual(["1600", "800"]);
  expect(screen.getByRole("link").getAttribute("href")).toMatch(/^\/api\/v1\/files\/[0-9a-f-]+$/);
});

it("offers everything else to be saved, under its name, with its size", () => {
  render(<Files files={[file({ name: "<b>page</b>.html", type: "text/html" })]} />);
  const link = screen.getByRole("link", { name: /<b>page<\/b>\.html/ });
  expect(link.getAttribute("download")).toBe("<b>page</b>.html");
  expect(link.textContent).toContain("81");
  expect(screen.queryByRole("img")).toBeNull();
});

it("says in short what a message without words carries", () => {
  const files = [file({ name: "a.png" }), file({ name: "b.png" })];
  expect(inShort({ msg: "", files })).toBe("a.png, b.png");
  expect(inShort({ msg: "**look**", files })).toBe("look");
  expect(inShort({ msg: "" })).toBe("");
});
