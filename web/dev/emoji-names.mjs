// Takes the names of our emoji from Unicode's CLDR, in our languages: npm pack cldr-annotations-full, unpack it, and
// node --experimental-strip-types dev/emoji-names.mjs THE/FOLDER/package. Its results are committed, with the licence of the data.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GROUPS } from "../src/features/messages/emoji.ts";

const from = process.argv[2];
const to = "src/features/messages/emoji-names";
for (const language of ["en", "es", "de", "ar", "ja"]) {
  const file = readFileSync(join(from, "annotations", language, "annotations.json"), "utf8");
  const { annotations } = JSON.parse(file).annotations;
  const names = {};
  for (const emoji of Object.values(GROUPS).flat()) {
    // There it is without the sign that asks for the coloured form.
    const { tts, default: words = [] } =
      annotations[emoji] ?? annotations[emoji.replaceAll("\ufe0f", "")] ?? {};
    if (!tts) throw new Error(`${emoji} has no name in ${language}`);
    names[emoji] = [...new Set([...tts, ...words])].join("|");
  }
  writeFileSync(join(to, `${language}.json`), `${JSON.stringify(names, null, 2)}\n`);
}
copyFileSync(join(from, "LICENSE"), join(to, "LICENSE"));
