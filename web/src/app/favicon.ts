//! The tab's icon with how much is unread drawn on it.
const PLAIN = "/favicon.svg";
const SIDE = 64;
const ROSE = "#b02a55";

let drawing = 0;

export function drawBadge(total: number): void {
  drawing += 1;
  const mine = drawing;
  navigator.setAppBadge?.(total).catch(() => {});
  if (total === 0) {
    setIcon(PLAIN);
    return;
  }
  const logo = new Image();
  logo.onload = () => {
    // Another total may have been drawn while the logo was loading.
    if (mine === drawing) setIcon(draw(logo, total > 99 ? "99+" : String(total)) ?? PLAIN);
  };
  logo.src = PLAIN;
}

function setIcon(address: string) {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link && link.getAttribute("href") !== address) link.href = address;
}

function draw(logo: HTMLImageElement, text: string): string | undefined {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  if (!pen) return undefined;
  pen.drawImage(logo, 0, 0, SIDE, SIDE);
  const radius = 19;
  pen.font = `bold ${text.length > 2 ? 20 : 28}px sans-serif`;
  const width = Math.max(2 * radius, pen.measureText(text).width + 16);
  pen.fillStyle = ROSE;
  pen.beginPath();
  pen.roundRect(SIDE - width, SIDE - 2 * radius, width, 2 * radius, radius);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, SIDE - width / 2, SIDE - radius + 2);
  return canvas.toDataURL("image/png");
}
