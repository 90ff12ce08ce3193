import { act, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { useSpoken } from "./use-spoken";

function setup() {
  let say: (sentence: string) => void = () => {};
  function Page() {
    const spoken = useSpoken();
    say = spoken.say;
    return spoken.region;
  }
  render(<Page />);
  return { say: (...sentences: string[]) => act(() => sentences.map(say)) };
}

it("keeps what was said right before, and says the same once more", () => {
  const { say } = setup();
  say("one.txt is uploaded", "two.txt is uploaded");
  say("two.txt is uploaded");
  const sentences = [...screen.getByRole("status").children].map((it) => it.textContent);
  expect(sentences).toEqual(["one.txt is uploaded", "two.txt is uploaded", "two.txt is uploaded"]);
});

it("is bounded, and forgets where one goes elsewhere", () => {
  const { say } = setup();
  say(...Array.from({ length: 50 }, (_, at) => `${at}`));
  expect(screen.getByRole("status").textContent).toBe("444546474849");
  say("");
  expect(screen.getByRole("status").textContent).toBe("");
});
