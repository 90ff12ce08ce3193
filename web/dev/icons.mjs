// Draws the icons of the installed app from the logo: node dev/icons.mjs, with Chromium at hand. Their results are committed.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const logo = readFileSync("public/favicon.svg", "utf8");
/** `room` is the part of the side that the bird takes: a maskable icon is cut to a circle of four fifths. */
const ICONS = [
  { name: "icon-192.png", size: 192, room: 0.82, round: true },
  { name: "icon-512.png", size: 512, room: 0.82, round: true },
  { name: "icon-maskable-512.png", size: 512, room: 0.6, round: false },
  { name: "apple-touch-icon.png", size: 180, room: 0.72, round: false },
];

const folder = mkdtempSync(join(tmpdir(), "linnet-icons-"));
try {
  for (const { name, size, room, round } of ICONS) {
    const page = join(folder, "icon.html");
    const side = Math.round(size * room);
    writeFileSync(
      page,
      `<style>body{margin:0;width:${size}px;height:${size}px;display:grid;place-items:center;background:#fdfcf9;` +
        `${round ? "border-radius:22%;" : ""}}html{background:transparent;overflow:hidden}svg{width:${side}px;height:${side}px}</style>${logo}`,
    );
    const options = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      "--force-device-scale-factor=1",
      "--default-background-color=00000000",
      `--user-data-dir=${join(folder, "profile")}`,
      `--window-size=${size},${size}`,
      `--screenshot=${resolve("public", name)}`,
      `file://${page}`,
    ];
    execFileSync(chromium, options, { stdio: "ignore" });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
