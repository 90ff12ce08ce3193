//! The other half of micromark-extension-gfm-footnote.ts.
export const gfmFootnoteFromMarkdown = () => ({});
export const gfmFootnoteToMarkdown = gfmFootnoteFromMarkdown;
