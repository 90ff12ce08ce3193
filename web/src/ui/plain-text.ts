/** The first line or so of a message, without what markdown would turn into something else. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/^\s*(?:```|~~~)\S*\s*$/gm, " ")
    .replace(/!?\[([^\]]*)\]\([^)\s]*\)/g, "$1")
    .replace(/^\s*(?:[-+*]\s+(?:\[[ xX]\]\s+)?|#{1,6}\s+|>\s?)/gm, "")
    .replace(/(\*\*|__|~~|`)(?=\S)(.+?)\1/g, "$2")
    .replace(/(^|\s)[*_](?=\S)([^*_\n]+?)[*_](?=\s|$|[.,;:!?])/g, "$1$2")
    .replace(/\s+/g, " ")
    .trim();
}

/** A message in a line; one without words by what it carries. */
export function inShort({
  msg,
  files,
}: {
  msg: string;
  files?: readonly { name: string }[] | undefined;
}): string {
  return plainText(msg) || (files ?? []).map(({ name }) => name).join(", ");
}
