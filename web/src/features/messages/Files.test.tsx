import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { attachment } from "~/test/client";
import { inShort } from "~/ui/plain-text";
import { Files } from "./Files";

it("shows a picture in the place that it will have, small, and leads to the whole of it", () => {
  const onView = vi.fn();
  render(
    <Files
      files={[
        attachment({ name: "写真.jpg", type: "image/jpeg", width: 1600, height: 800, thumbnail: true }),
      ]}
      onView={onView}
    />,
  );
  const picture = screen.getByRole("img", { name: "写真.jpg" });
  expect(picture.getAttribute("src")).toMatch(/^\/api\/v1\/files\/[0-9a-f-]+\/thumbnail$/);
  expect([picture.getAttribute("width"), picture.getAttribute("height")]).toEqual(["416", "208"]);
  const button = screen.getByRole("button", { name: /写真\.jpg/ });
  expect(button.style.aspectRatio).toBe("416 / 208");
  fireEvent.click(button);
  expect(onView).toHaveBeenCalledWith(expect.objectContaining({ name: "写真.jpg" }), button);
});

it("offers everything else to be saved, under its name, with its size", () => {
  render(<Files files={[attachment({ name: "<b>page</b>.html", type: "text/html" })]} onView={() => {}} />);
  const link = screen.getByRole("link", { name: /<b>page<\/b>\.html/ });
  expect(link.getAttribute("download")).toBe("<b>page</b>.html");
  expect(link.textContent).toContain("81");
  expect(screen.queryByRole("img")).toBeNull();
});

it("says in short what a message without words carries", () => {
  const files = [attachment({ name: "a.png" }), attachment({ name: "b.png" })];
  expect(inShort({ msg: "", files })).toBe("a.png, b.png");
  expect(inShort({ msg: "**look**", files })).toBe("look");
  expect(inShort({ msg: "" })).toBe("");
});
