import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const WEB_DIR = dirname(fileURLToPath(import.meta.resolve("@airloom/web/build")));

/** Answers the folder of the built web app; in a checkout it is built first when a source is newer than the build. */
export async function prepareWeb(onProgress: (step: string) => void): Promise<string> {
  const outDir = join(WEB_DIR, "dist");
  const sources = join(WEB_DIR, "src");
  if (existsSync(sources) && newest(sources) > builtAt(outDir)) {
    onProgress("Building the web app");
    const { buildWeb } = await import("@airloom/web/build");
    await buildWeb({ outDir });
  }
  return outDir;
}

function builtAt(outDir: string): number {
  const index = join(outDir, "index.html");
  return existsSync(index) ? statSync(index).mtimeMs : 0;
}

function newest(dir: string): number {
  return Math.max(
    0,
    ...readdirSync(dir, { recursive: true, encoding: "utf8" }).map(
      (file) => statSync(join(dir, file)).mtimeMs,
    ),
  );
}
