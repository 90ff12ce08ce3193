//! Names in a text that the server took for people: shown as such. What only looks like one stays text.

interface Node {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
}

/** As the server finds them: after nothing that belongs to a word or an address. */
const NAME = /(?<![\p{L}\p{N}_.@/-])@([A-Za-z0-9._-]{1,64})/gu;

/** Splits a text where one of the names stands: the parts that are names begin with their @. */
export function splitMentions(text: string, names: ReadonlySet<string>): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(NAME)) {
    // What ends a sentence is not part of a name, though a name may have it inside.
    let name = match[1] ?? "";
    while (name !== "" && !names.has(name.toLowerCase())) name = name.replace(/[._-]$|[^._-]+$/, "");
    if (name === "" || !/^(?![A-Za-z0-9])/.test(text.slice(match.index + 1 + name.length))) continue;
    parts.push(text.slice(from, match.index), `@${name}`);
    from = match.index + 1 + name.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** A rehype plugin. `mentions` are usernames between spaces, `me` is the reader's own among them. */
export function highlightMentions(mentions: string, me: string) {
  const names = new Set(mentions.split(" ").filter((name) => name !== ""));
  const walk = (node: Node) => {
    // A name in code is code, and one in an address is part of it.
    if (node.tagName === "code" || node.tagName === "a") return;
    if (!node.children) return;
    node.children = node.children.flatMap((child): Node[] => {
      if (child.type !== "text" || child.value === undefined) {
        walk(child);
        return [child];
      }
      return splitMentions(child.value, names).flatMap((value, index): Node[] => {
        if (value === "") return [];
        if (index % 2 === 0) return [{ type: "text", value }];
        const className = value.slice(1).toLowerCase() === me ? ["mention", "mention-me"] : ["mention"];
        return [
          {
            type: "element",
            tagName: "span",
            properties: { className },
            children: [{ type: "text", value }],
          },
        ];
      });
    });
  };
  return walk;
}
