//! Markdown without raw HTML: a tag in a message is shown as text. Nothing is fetched from anywhere: images become links,
//! because loading one would tell its server who reads what and when.
import { type ReactNode, useMemo } from "react";
import ReactMarkdown, { type Components, type ExtraProps } from "react-markdown";
import remarkGfm from "remark-gfm";
import { highlightMentions } from "./mentions";

const plugins = [remarkGfm];

type Block = { children?: ReactNode } & ExtraProps;
const bold = ({ children }: Block) => (
  <p>
    <strong>{children}</strong>
  </p>
);

function Outward({ href, children }: { href: string | undefined; children: ReactNode }) {
  // An address that was refused (javascript:, data:) leaves its text.
  if (!href) return children;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

const components: Components = {
  a: ({ href, children }) => <Outward href={href}>{children}</Outward>,
  img: ({ src, alt }) => (
    <Outward href={typeof src === "string" ? src : undefined}>
      {alt || (typeof src === "string" ? src : "")}
    </Outward>
  ),
  // The headings of the page are the page's own.
  h1: bold,
  h2: bold,
  h3: bold,
  h4: bold,
  h5: bold,
  h6: bold,
  input: ({ checked }) => <span>{checked ? "☑" : "☐"} </span>,
  // Wide code scrolls, also by keyboard.
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre tabIndex={0}>{children}</pre>
  ),
};

interface MarkdownProps {
  text: string;
  mentions?: string;
  me?: string;
}

export default function Markdown({ text, mentions = "", me = "" }: MarkdownProps) {
  const rehype = useMemo((): [typeof highlightMentions, string, string][] => {
    return mentions === "" ? [] : [[highlightMentions, mentions, me]];
  }, [mentions, me]);
  return (
    <ReactMarkdown remarkPlugins={plugins} rehypePlugins={rehype} components={components}>
      {text}
    </ReactMarkdown>
  );
}
