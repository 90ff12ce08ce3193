//! Stands for the package of this name in the page, which is for browsers that cannot do it themselves.
export default structuredClone;
