import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import Markdown from "./Markdown";
import { isFewEmoji, MessageText } from "./MessageText";

describe("the text of a message", () => {
  it("shows HTML as it was written and makes no element of it", () => {
    const attack = 'before <img src=x onerror="alert(1)"> <script>alert(2)</script> <b>bold</b> after';
    const { container } = render(<Markdown text={attack} />);
    expect(container.textContent).toBe(attack);
    expect(container.querySelector("img, script, b")).toBeNull();
  });

  it("shows a block of HTML as it was written", () => {
    const attack = "<iframe src='https://evil.example'></iframe>\n\n<style>* { display: none }</style>";
    const { container } = render(<Markdown text={attack} />);
    expect(container.querySelector("iframe, style")).toBeNull();
    expect(container.textContent).toContain("<iframe");
  });

  it("opens links elsewhere without telling where they came from, and refuses scripts", () => {
    render(
      <Markdown text={"[good](https://example.org) [bad](javascript:alert(1)) [data](data:text/html,x)"} />,
    );
    const links = screen.getAllByRole("link");
    expect(links.map((link) => link.getAttribute("href"))).toEqual(["https://example.org"]);
    expect(links[0]?.getAttribute("rel")).toContain("noopener");
    expect(links[0]?.getAttribute("target")).toBe("_blank");
  });

  it("fetches no image from anywhere", () => {
    const { container } = render(<Markdown text={"![cat](https://tracker.example/cat.png)"} />);
    expect(container.querySelector("img")).toBeNull();
    expect(screen.getByRole("link", { name: "cat" })).toBeTruthy();
  });

  it("keeps line breaks and makes no headings", () => {
    const { container } = render(<Markdown text={"# one\n\ntwo\nthree"} />);
    expect(container.querySelector("h1")).toBeNull();
    expect(container.textContent).toContain("two\nthree");
  });

  it("shows markup through the parser and plain text without it", async () => {
    const { container } = render(<MessageText text="this is **bold**" />);
    expect((await screen.findByText("bold")).tagName).toBe("STRONG");
    expect(container.textContent).toBe("this is bold");
  });

  it("shows a few emoji large, and digits not", () => {
    expect(isFewEmoji("👍")).toBe(true);
    expect(isFewEmoji("👩‍👩‍👧‍👦 🇳🇴")).toBe(true);
    expect(isFewEmoji("12")).toBe(false);
    expect(isFewEmoji("👍 ok")).toBe(false);
    expect(isFewEmoji("👍👍👍👍👍👍")).toBe(false);
  });
});
