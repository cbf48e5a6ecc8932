import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stagePackage } from "./stage-package.ts";
import { ROOT } from "./workspace.ts";

/** Writes `dist/airloom-<version>.tgz`, the one npm package, and returns its path. */
export async function pack(): Promise<string> {
  const distDir = join(ROOT, "dist");
  const stageDir = mkdtempSync(join(tmpdir(), "airloom-pack-"));
  try {
    await stagePackage(stageDir);
    mkdirSync(distDir, { recursive: true });
    const name = execFileSync(
      "npm",
      ["pack", "--silent", "--ignore-scripts", "--pack-destination", distDir],
      { cwd: stageDir, encoding: "utf8" },
    );
    return join(distDir, name.trim());
  } finally {
    rmSync(stageDir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const file = await pack();
  const size = (statSync(file).size / 1_048_576).toFixed(1);
  console.log(`Packed ${relative(process.cwd(), file)} (${size} MB)`);
}
