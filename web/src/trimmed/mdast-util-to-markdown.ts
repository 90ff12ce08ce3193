//! Stands for the package of this name in the page: remark-gfm brings it along to write markdown, and a chat only reads it.
export const defaultHandlers = {};
