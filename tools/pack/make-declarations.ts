import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { renameImports } from "./to-javascript.ts";
import { ROOT, type WorkspacePackage } from "./workspace.ts";

// What a Dag file imports is the SDK and the dbt Cloud provider; these are the packages their types are made of.
const TYPED: ReadonlySet<string> = new Set([
  "airloom",
  "@airloom/core",
  "@airloom/dbt-cloud",
  "@airloom/jinja",
  "@airloom/sdk",
]);

/** A declaration file: where it belongs below `packages/`, and its text. */
export interface Declaration {
  readonly path: string;
  readonly text: string;
}

/** The declarations of everything a Dag file imports, as the compiler writes them. */
export function makeDeclarations(packages: readonly WorkspacePackage[]): readonly Declaration[] {
  const outDir = mkdtempSync(join(tmpdir(), "airloom-types-"));
  try {
    compile(
      packages.filter(({ manifest }) => TYPED.has(manifest.name)),
      outDir,
    );
    return readdirSync(outDir, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".d.ts"))
      .map((path) => ({ path, text: renameImports(readFileSync(join(outDir, path), "utf8")) }));
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

function compile(packages: readonly WorkspacePackage[], outDir: string): void {
  const entries = Object.fromEntries(packages.flatMap(entriesOf));
  const config = join(outDir, "tsconfig.json");
  const options = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    noEmitOnError: true,
    rootDir: join(ROOT, "packages"),
    outDir,
    typeRoots: [join(ROOT, "node_modules/@types")],
    // What is found through node_modules is taken for somebody else's, and nothing is written for it.
    paths: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, [file]])),
  };
  const files = Object.values(entries);
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: options,
      include: [],
      files,
    }),
  );
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin/tsc",
  );
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", config], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Cannot write the declarations: ${stdout}`);
}

/** The names a package is imported by, each with the file behind it. */
function entriesOf({ dir, manifest }: WorkspacePackage): readonly (readonly [string, string])[] {
  return Object.entries(manifest.exports ?? {}).map(
    ([name, file]) => [`${manifest.name}${name.slice(1)}`, join(dir, file)] as const,
  );
}
