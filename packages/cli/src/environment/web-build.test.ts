import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { prepareWeb } from "./web-build.ts";

test("a checkout whose pages cannot be built says so, where, and who can", async () => {
  const dir = mkdtempSync(join(tmpdir(), "airloom-checkout-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, "src"));
  writeFileSync(join(dir, "src", "main.tsx"), "");
  writeFileSync(join(dir, "dist"), "not a folder");
  const steps: string[] = [];
  await expect(prepareWeb((step) => steps.push(step), dir)).rejects.toMatchObject({
    code: "environment.not_running",
    message: expect.stringMatching(
      /^Cannot build the web app of this checkout into .*dist: .+\. Whoever may write there builds it/u,
    ),
  });
  expect(steps).toEqual(["Building the web app"]);
});
