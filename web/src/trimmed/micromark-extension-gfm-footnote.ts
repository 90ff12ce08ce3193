//! Stands for the package of this name in the page: a message has no foot. What would be a footnote is shown as it was written.
export const gfmFootnote = () => ({});
export const gfmFootnoteHtml = gfmFootnote;
