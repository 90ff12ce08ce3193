/** Copies a text. Answers whether it was: a browser may not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Only pages that came safely have it; a server in one's own network often speaks plain HTTP.
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
    const box = document.createElement("textarea");
    box.value = text;
    box.style.cssText = "position:fixed;opacity:0";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  } catch {
    return false;
  }
}
