// Runs before the first paint, so that a chosen theme never flashes. Without a choice the system decides, in CSS.
(() => {
  try {
    const theme = JSON.parse(localStorage.getItem("linnet.preferences") || "{}").theme;
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = `linnet-${theme}`;
  } catch {
    // Storage may be forbidden; the system's theme does.
  }
})();
