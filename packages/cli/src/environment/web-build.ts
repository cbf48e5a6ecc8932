import { existsSync, readdirSync, statSync } from "node:fs";
import { chmod, cp, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AirloomError } from "@airloom/core";

const WEB_DIR = dirname(fileURLToPath(import.meta.resolve("@airloom/web/package.json")));
const KEEP_OLD_FILES_MS = 24 * 3_600_000;

/**
 * Returns the folder of the built web app; in a checkout it is built first when a source is newer than the build.
 *
 * Errors: `environment.not_running` where it cannot be built, as for somebody who may not write to the checkout.
 */
export async function prepareWeb(
  onProgress: (step: string) => void,
  webDir: string = WEB_DIR,
): Promise<string> {
  const outDir = join(webDir, "dist");
  const sources = join(webDir, "src");
  if (existsSync(sources) && newest(sources) > builtAt(outDir)) {
    onProgress("Building the web app");
    await buildInto(outDir).catch((error: unknown) => {
      throw cannotBuild(outDir, error);
    });
  }
  return outDir;
}

function cannotBuild(outDir: string, cause: unknown): AirloomError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AirloomError(
    "environment.not_running",
    `Cannot build the web app of this checkout into ${outDir}: ${why}. Whoever may write there builds it with any "airloom dev start"`,
    { cause },
  );
}

/**
 * Builds aside and puts the page in place last. Files of the build before stay for a day: other environments of this
 * checkout may run, and their open pages still ask for them.
 */
async function buildInto(outDir: string): Promise<void> {
  const { buildWeb } = await import("@airloom/web/build");
  const startedAt = new Date();
  const aside = await mkdtemp(join(tmpdir(), "airloom-web-"));
  try {
    await buildWeb({ outDir: aside });
    await openToAll(aside);
    await cp(aside, outDir, { recursive: true, filter: (from) => !from.endsWith("index.html") });
    for (const dir of [outDir, join(outDir, "assets")]) await chmod(dir, 0o755);
    const page = join(outDir, `index.html.${process.pid}`);
    await cp(join(aside, "index.html"), page);
    // A source saved while the build ran is newer than it, and builds again at the next start.
    await utimes(page, startedAt, startedAt);
    await rename(page, join(outDir, "index.html"));
    await removeOldFiles(join(outDir, "assets"), startedAt.getTime() - KEEP_OLD_FILES_MS);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** A page is for everybody, whoever built it: the folder it is built in is not, nor what root makes while an environment starts. */
async function openToAll(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

async function removeOldFiles(dir: string, before: number): Promise<void> {
  for (const name of await readdir(dir)) {
    const file = join(dir, name);
    if ((await stat(file)).mtimeMs < before) await rm(file, { force: true });
  }
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
