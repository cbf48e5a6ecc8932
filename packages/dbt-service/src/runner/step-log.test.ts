import { expect, test } from "vitest";
import { StepLog } from "./step-log.ts";

async function logOf(secrets: readonly string[], pieces: readonly string[]): Promise<string> {
  let saved = "";
  const append = async (text: string) => {
    saved += text;
  };
  const log = new StepLog(append, secrets);
  for (const piece of pieces) log.write(piece);
  await log.close();
  return saved;
}

test("hides a secret in every spelling, and in any pieces it comes in (S10)", async () => {
  const secret = "pa/ss word&more";
  const spellings = [
    secret,
    secret.toUpperCase(),
    encodeURIComponent(secret).toLowerCase(),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("hex"),
  ];
  for (const spelling of spellings) {
    expect(await logOf([secret], [`a ${spelling.slice(0, 5)}`, `${spelling.slice(5)} b\n`])).toBe(
      "a ***** b\n",
    );
  }
});

test("hides a secret that lies where a line without end is written in pieces (S10)", async () => {
  const saved = await logOf(["secret-value"], [`${"x".repeat(99_995)}secr`, "et-v", "alue then\n"]);
  expect(saved.replaceAll(/[x\n]/gu, "")).toBe("***** then");
});
