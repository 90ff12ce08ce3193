import { describe, expect, it } from "vitest";
// @ts-expect-error: a plain script without types
import { violations } from "../../dev/check-imports.mjs";

const broken = (path: string, specifier: string) =>
  violations(path, `import { x } from "${specifier}";`).length > 0;

describe("the import boundaries", () => {
  it("refuse what goes the wrong way", () => {
    expect(broken("features/messages/rows.ts", "~/app/store")).toBe(true);
    expect(broken("features/messages/rows.ts", "~/features/outbox/sender")).toBe(true);
    expect(broken("features/messages/rows.ts", "../outbox/sender")).toBe(true);
    expect(broken("ui/Avatar.tsx", "~/features/session/slice")).toBe(true);
    expect(broken("ui/Avatar.tsx", "~/http/client")).toBe(true);
    expect(broken("socket/connection.ts", "~/features/session/slice")).toBe(true);
    expect(broken("http/client.ts", "../features/session/slice")).toBe(true);
    expect(broken("features/messages/rows.ts", "~/test/model-server")).toBe(true);
    expect(violations("ui/Lazy.tsx", 'lazy(() => import("~/features/people/PeoplePage"))')).toHaveLength(1);
  });

  it("let through what goes the right way", () => {
    expect(broken("app/store.ts", "~/features/outbox/sender")).toBe(false);
    expect(broken("features/messages/rows.ts", "~/features/outbox/slice")).toBe(false);
    expect(broken("features/messages/rows.ts", "./chat")).toBe(false);
    expect(broken("features/messages/rows.ts", "~/ui/format-time")).toBe(false);
    expect(broken("features/messages/rows.ts", "react")).toBe(false);
  });
});
