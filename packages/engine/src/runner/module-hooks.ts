import { existsSync, readFileSync, statSync } from "node:fs";
import { registerHooks, setSourceMapsSupport } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ModuleSettings } from "./module-settings.ts";
import { transformSource } from "./transform-source.ts";

/** The names under which Dag files import the SDK. */
const SDK_NAMES: ReadonlySet<string> = new Set([
  "airloom",
  "@airloom/sdk",
  "@apache-airflow/ts-sdk",
  "apache-airflow-ts-sdk",
]);

/** What is known of user modules in this process. */
export interface ModuleHooks {
  /** Absolute paths of the project's own files that `file` imports, directly or not, and of itself. */
  readonly filesOf: (file: string) => readonly string[];
  /** True when an imported file was changed on disk since: what this process has imported is out of date. */
  readonly isStale: () => boolean;
}

/**
 * From here on TypeScript of all kinds can be imported, also without file extensions, and the SDK's names lead to our
 * SDK. Modules imported before are ours and are not counted as the project's.
 */
export function installModuleHooks(
  modules: Pick<ModuleSettings, "entry" | "cacheDir">,
): ModuleHooks {
  const stamps = new Map<string, string>();
  const imports = new Map<string, Set<string>>();
  const entry = pathToFileURL(modules.entry).href;
  setSourceMapsSupport(true);
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (SDK_NAMES.has(specifier)) return { url: entry, shortCircuit: true };
      const resolved = resolveLoosely(specifier, {
        parentUrl: context.parentURL,
        resolve: (wanted) => nextResolve(wanted, context),
        // Packages that Airloom brings, such as DuckDB, need no installation of their own in a project.
        resolveFromUs: (wanted) => nextResolve(wanted, { ...context, parentURL: entry }),
      });
      const [from, to] = [toProjectFile(context.parentURL), toProjectFile(resolved.url)];
      if (from !== undefined && to !== undefined) {
        imports.set(from, (imports.get(from) ?? new Set()).add(to));
      }
      return resolved;
    },
    load(url, context, nextLoad) {
      const file = toProjectFile(url);
      if (file === undefined) return nextLoad(url, context);
      stamps.set(file, stampOf(file));
      if (!/\.[mc]?tsx?$/u.test(file)) return nextLoad(url, context);
      const source = readFileSync(file, "utf8").replace(/^\uFEFF/u, "");
      return {
        format: file.endsWith(".cts") ? "commonjs" : "module",
        source: transformSource(file, source, modules.cacheDir),
        shortCircuit: true,
      };
    },
  });
  return {
    filesOf: (file) => [...closure(file, imports)],
    isStale: () => [...stamps].some(([file, stamp]) => stampOf(file) !== stamp),
  };
}

function resolveLoosely<T>(
  specifier: string,
  from: {
    readonly parentUrl: string | undefined;
    readonly resolve: (specifier: string) => T;
    readonly resolveFromUs: (specifier: string) => T;
  },
): T {
  try {
    return from.resolve(specifier);
  } catch (error) {
    const found = findFile(specifier, from.parentUrl);
    if (found !== undefined) return from.resolve(pathToFileURL(found).href);
    if (!isBare(specifier)) throw error;
    try {
      return from.resolveFromUs(specifier);
    } catch {
      // The author's own place is the one that matters to the author.
      throw error;
    }
  }
}

function isBare(specifier: string): boolean {
  return !/^(?:\.{1,2}\/|\/|[a-z]+:)/u.test(specifier);
}

function toProjectFile(url: string | undefined): string | undefined {
  if (url?.startsWith("file:") !== true || url.includes("/node_modules/")) return undefined;
  return fileURLToPath(url.replace(/[?#].*$/u, ""));
}

function closure(
  file: string,
  imports: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const found = new Set([file]);
  // A set hands out what is added while it is walked.
  for (const current of found) for (const next of imports.get(current) ?? []) found.add(next);
  return found;
}

/** What a TypeScript author may leave out or write differently: extension, `/index`, `.js` for a `.ts` file. */
function findFile(specifier: string, parentUrl: string | undefined): string | undefined {
  if (!/^(?:\.{1,2}\/|\/|file:)/u.test(specifier) || parentUrl?.startsWith("file:") !== true) {
    return undefined;
  }
  const path = specifier.startsWith("file:")
    ? fileURLToPath(specifier)
    : join(specifier.startsWith("/") ? "/" : dirname(fileURLToPath(parentUrl)), specifier);
  const bare = path.replace(/\.([mc]?)js$/u, "");
  const candidates = [
    ...[".ts", ".mts", ".js", ".mjs", ".tsx"].map((extension) => path + extension),
    ...(bare === path ? [] : [".ts", ".mts", ".tsx"].map((extension) => bare + extension)),
    ...["index.ts", "index.js", "index.mjs"].map((name) => join(path, name)),
  ];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? "gone" : `${stat.mtimeMs}/${stat.size}/${stat.ino}`;
}
