/**
 * Makes the page as high as what one sees of it. A keyboard on the screen takes its room from the page where the browser heeds
 * `interactive-widget`; Safari lays it over the page and moves that up instead, the header out of sight.
 */
export function followSeenHeight(): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const fit = () => {
    // Whoever has zoomed in wants to see a part of the page, not a smaller page.
    if (seen.scale > 1.01) return;
    document.documentElement.style.setProperty("--seen-height", `${seen.height}px`);
    if (seen.offsetTop > 0) window.scrollTo(0, 0);
  };
  seen.addEventListener("resize", fit);
}
