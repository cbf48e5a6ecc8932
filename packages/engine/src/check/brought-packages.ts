import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { isAround } from "./find-compiler.ts";
import type { Diagnostic } from "./parse-diagnostics.ts";

const FILE = "brought.json";
/** The compiler's code for a module that it does not find. */
const NOT_FOUND = "TS2307";
const NAME = /^(?:@[\w.-]+\/)?[\w-][\w.-]*/u;

/**
 * Packages that a project imports and has not installed, because Airloom brings them along, such as DuckDB: imports find
 * them at run time (`module-hooks.ts`), so the compiler has to find them too.
 */
export interface BroughtPackages {
  /** Folders by package, for the compiler's `paths`. */
  readonly folders: ReadonlyMap<string, string>;
  /** Whether the compiler missed what Airloom brings. */
  isBrought(problem: Diagnostic): boolean;
  /** Those that the compiler missed too, kept for the next check. */
  with(problems: readonly Diagnostic[]): Promise<BroughtPackages>;
}

/** Those of the last check which the project still has not installed itself. */
export async function loadBroughtPackages(places: {
  readonly projectDir: string;
  /** The module that Dag files mean by `airloom`: what it can import is what is brought. */
  readonly entry: string;
  /** Where they are kept. */
  readonly dir: string;
}): Promise<BroughtPackages> {
  const { projectDir, entry, dir } = places;
  const isMissing = (name: string): boolean =>
    !isAround(projectDir, join("node_modules", name, "package.json"));
  return open((await loadNames(dir)).filter(isMissing));

  function open(names: readonly string[]): BroughtPackages {
    const folders = new Map(
      names.flatMap((name) => {
        const folder = findFolder(name, entry);
        return folder === undefined ? [] : [[name, folder] as const];
      }),
    );
    const broughtBy = (problem: Diagnostic): string | undefined => {
      const name = missedBy(problem);
      return name !== undefined && findFolder(name, entry) !== undefined ? name : undefined;
    };
    return {
      folders,
      isBrought: (problem) => broughtBy(problem) !== undefined,
      async with(problems) {
        const more = problems.flatMap((problem) => broughtBy(problem) ?? []);
        const all = [...new Set([...folders.keys(), ...more])];
        if (all.length > folders.size) await saveNames(dir, all);
        return open(all);
      },
    };
  }
}

function missedBy({ code, message }: Diagnostic): string | undefined {
  const specifier = code === NOT_FOUND ? /'(?<name>[^']+)'/u.exec(message)?.groups?.["name"] : "";
  return NAME.exec(specifier ?? "")?.[0];
}

function findFolder(name: string, entry: string): string | undefined {
  const around = createRequire(entry).resolve.paths(name) ?? [];
  return around.map((dir) => join(dir, name)).find((dir) => existsSync(join(dir, "package.json")));
}

async function loadNames(dir: string): Promise<readonly string[]> {
  try {
    const names: unknown = JSON.parse(await readFile(join(dir, FILE), "utf8"));
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}

/** Where we may not write, the next check only takes longer. */
async function saveNames(dir: string, names: readonly string[]): Promise<void> {
  await writeFile(join(dir, FILE), JSON.stringify(names)).catch(() => undefined);
}
