/** The secret mask that every log line goes through: 10 MB of each kind of text, with 1, 10 and 40 secrets. */
import { createHash } from "node:crypto";
import { SecretMask } from "../packages/core/src/index.ts";
import { median, printSetup } from "./setup.ts";

const SIZE = 10_000_000;
const LINE = 1_000;
const RUNS = Number(process.argv[2] ?? 5);

const random = (seed: string, encoding: "hex" | "base64"): string =>
  createHash("sha512").update(seed).digest(encoding);

const KINDS: Readonly<Record<string, (at: number) => string>> = {
  "log lines": (at) =>
    `2026-03-01T04:05:${String(at % 60).padStart(2, "0")}Z INFO loaded ${at} rows of 'orders' from https://db.example/a?b=${at}&c=1 `,
  "json in json": (at) => JSON.stringify(JSON.stringify({ id: at, name: "Größe", path: "C:\\x" })),
  "percent-encoded": (at) => encodeURIComponent(`{"a": "${at}", "b": ["x/y", "ä ö"]}`),
  "\\u escapes": (at) => String.raw`\u30c7\u30fc\u30bf\u304c\u00e4 ` + String(at),
  base64: (at) => random(String(at), "base64"),
  hex: (at) => random(String(at), "hex"),
  Japanese: (at) => `データが${at}件読み込まれました。`,
};

function makeLines(kind: (at: number) => string): readonly string[] {
  let text = "";
  for (let at = 0; text.length < SIZE; at += 1) text += kind(at);
  return Array.from({ length: SIZE / LINE }, (_, at) => text.slice(at * LINE, (at + 1) * LINE));
}

/** Secrets as they are found: tokens, passwords, and keys with prefixes that occur in texts. */
function makeMask(count: number): SecretMask {
  const mask = new SecretMask();
  for (let at = 0; at < count; at += 1) {
    const text = random(`secret ${at}`, "base64");
    mask.add(
      [text.slice(0, 40), `pass-${text.slice(0, 9)}`, `${text.slice(0, 8)}/%'"`][at % 3] ?? "",
    );
  }
  return mask;
}

printSetup("the mask of secrets in logs", [
  `10 MB in lines of ${LINE} characters, processor time of this process, median of ${RUNS} after one to warm up`,
]);
for (const [name, kind] of Object.entries(KINDS)) {
  const lines = makeLines(kind);
  for (const secrets of [1, 10, 40]) {
    const mask = makeMask(secrets);
    const samples: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      const before = process.cpuUsage();
      for (const line of lines) mask.mask(line);
      const { user, system } = process.cpuUsage(before);
      if (run > 0) samples.push((user + system) / 1000);
    }
    const ms = median(samples);
    console.log(
      `${name.padEnd(16)} ${String(secrets).padStart(3)} secrets: ${ms.toFixed(0).padStart(6)} ms, ${((SIZE / 1e6 / ms) * 1000).toFixed(0)} MB/s`,
    );
  }
}
