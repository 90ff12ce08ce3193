//! Stands for the package of this name in the page: it reads styles that are text, and markdown without raw HTML has none.
export default () => {};
