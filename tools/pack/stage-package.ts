import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { ALL_FLIGHTS_FILES, flightsDataDir } from "../../packages/cli/src/project/flights-data.ts";
import {
  TEMPLATES,
  templateDir,
  templateFiles,
} from "../../packages/cli/src/project/init-project.ts";
import { buildWeb } from "../../packages/web/build.ts";
import { collectNotices, findBundledPackages } from "./collect-notices.ts";
import { makeDeclarations } from "./make-declarations.ts";
import { bundledManifest, publishedManifest } from "./published-manifest.ts";
import { loadShippedModules } from "./shipped-modules.ts";
import {
  loadRootManifest,
  loadShippedPackages,
  ROOT,
  type WorkspacePackage,
  workspaceFolder,
} from "./workspace.ts";

const DOCUMENTS = ["README.md", "LICENSE", "CHANGELOG.md", "docs/cli.md", "docs/guide.md"] as const;

const WEB_NOTICE = "The web app contains code of these packages, each under its own licence.";
const DATA_NOTICE = "These files come from this package, under its own licence.";

/** Writes the published package into a folder: everything that goes into the tarball, and nothing else. */
export async function stagePackage(stageDir: string): Promise<void> {
  const packages = loadShippedPackages();
  for (const shipped of packages) stageModules(shipped, targetOf(shipped, stageDir));
  stageDeclarations(packages, stageDir);
  stageTemplates(join(stageDir, "templates"));
  stageDemoData(join(stageDir, "templates/flights/data/source"));
  await stageWeb(stageDir);
  for (const file of DOCUMENTS) save(join(stageDir, file), readFileSync(join(ROOT, file)));
  // Manifests come last: their exports name what is there.
  stageManifests(packages, stageDir);
}

function targetOf({ manifest }: WorkspacePackage, stageDir: string): string {
  const isBundled = workspaceFolder(manifest.name) !== undefined;
  return isBundled ? join(stageDir, "node_modules", manifest.name) : stageDir;
}

function stageModules(shipped: WorkspacePackage, target: string): void {
  if (shipped.manifest.name === "@airloom/web") return;
  for (const [file, code] of loadShippedModules(shipped)) {
    save(join(target, relative(shipped.dir, file).replace(/\.ts$/u, ".js")), code);
  }
  for (const file of readdirSync(join(shipped.dir, "src"), { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".sql") && !file.includes("fixtures/")) {
      save(join(target, "src", file), readFileSync(join(shipped.dir, "src", file)));
    }
  }
}

function stageDeclarations(packages: readonly WorkspacePackage[], stageDir: string): void {
  for (const { path, text } of makeDeclarations(packages)) {
    const [folder = "", ...rest] = path.split("/");
    const found = packages.find(({ dir }) => basename(dir) === folder);
    if (found !== undefined) save(join(targetOf(found, stageDir), ...rest), text);
  }
}

// npm packs no .gitignore and obeys it; the templates know it without its dot.
function stageTemplates(target: string): void {
  for (const template of TEMPLATES) {
    const from = templateDir(template);
    for (const file of templateFiles(from)) {
      const to = join(
        target,
        template,
        dirname(file),
        basename(file).replace(/^\.gitignore$/u, "gitignore"),
      );
      save(to, readFileSync(join(from, file)));
    }
  }
}

/** The quickstart must run where no registry can be reached: the three files it needs come along, under their notice. */
function stageDemoData(target: string): void {
  for (const file of ALL_FLIGHTS_FILES) {
    save(join(target, file), readFileSync(join(flightsDataDir(), file)));
  }
  save(join(target, "NOTICE.md"), Buffer.from(collectNotices(["vega-datasets"], DATA_NOTICE)));
}

/** Builds the web app afresh; its source maps tell whose code is in it, and stay at home. */
async function stageWeb(stageDir: string): Promise<void> {
  const outDir = join(stageDir, "node_modules/@airloom/web/dist");
  await buildWeb({ outDir });
  const files = readdirSync(outDir, { recursive: true, encoding: "utf8" }).map((file) =>
    join(outDir, file),
  );
  const maps = files.filter((file) => file.endsWith(".map"));
  const names = findBundledPackages(maps.map((file) => readFileSync(file, "utf8")));
  for (const file of maps) rmSync(file);
  for (const file of files.filter((name) => /\.(?:js|css)$/u.test(name))) {
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/\n(?:\/\/|\/\*)# sourceMappingURL=.*\n?$/u, "\n"));
  }
  save(
    join(stageDir, "node_modules/@airloom/web/THIRD-PARTY-NOTICES.md"),
    collectNotices(names, WEB_NOTICE),
  );
}

function stageManifests(
  packages: readonly [WorkspacePackage, ...WorkspacePackage[]],
  stageDir: string,
): void {
  const [, ...bundled] = packages;
  const isShippedIn = (dir: string) => (path: string) =>
    path === "./package.json" || existsSync(join(dir, path));
  for (const shipped of bundled) {
    const target = targetOf(shipped, stageDir);
    saveJson(join(target, "package.json"), bundledManifest(shipped.manifest, isShippedIn(target)));
  }
  const manifest = publishedManifest({
    root: loadRootManifest(),
    packages,
    isShipped: isShippedIn(stageDir),
  });
  saveJson(join(stageDir, "package.json"), manifest);
}

function saveJson(file: string, value: object): void {
  save(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

function save(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
