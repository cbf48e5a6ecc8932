import { runInProcess } from "../executors/run-in-process.ts";
import type { ModuleSettings } from "../runner/module-settings.ts";
import { programUrl } from "../runner/program-url.ts";

/** What `checkTypes` looks at. */
export interface TypeCheckOptions {
  readonly projectDir: string;
  /** Absolute paths of the Dag files. */
  readonly files: readonly string[];
  /** @default 120_000 */
  readonly timeoutMs?: number;
}

/** The same with where everything is, for the process that does it. */
export interface TypeCheckInput extends Required<TypeCheckOptions> {
  /** The module that Dag files mean by `airloom`. */
  readonly entry: string;
  /** Where it may keep what makes the next check fast. */
  readonly cacheDir: string;
}

/** A type error with its place. */
export interface TypeProblem {
  /** Absolute path; null for what belongs to no file. */
  readonly path: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** Such as `TS2345`. */
  readonly code: string;
  readonly message: string;
  readonly codeFrame: string | null;
}

/** What the compiler said; `unknown` when it could not say anything. */
export type TypeCheck =
  | { readonly kind: "checked"; readonly problems: readonly TypeProblem[] }
  | { readonly kind: "unknown"; readonly reason: string };

const TIMEOUT_MS = 120_000;
/** The compiler is stopped first, so that what it was about is told. */
const GRACE_MS = 40_000;

/**
 * Checks the types of Dag files as the project's `tsconfig.json` says, in a process that runs as user code does: the
 * compiler may be the project's own. Never rejects.
 */
export async function checkTypes(
  modules: ModuleSettings,
  { projectDir, files, timeoutMs = TIMEOUT_MS }: TypeCheckOptions,
): Promise<TypeCheck> {
  const { entry, cacheDir } = modules;
  try {
    const result = await runInProcess(modules, {
      module: programUrl("./type-checker", import.meta.url).href,
      export: "runTypeCheck",
      argument: { projectDir, files: [...files], timeoutMs, entry, cacheDir },
      timeoutMs: timeoutMs + GRACE_MS,
    });
    return asTypeCheck(result);
  } catch (error) {
    return { kind: "unknown", reason: error instanceof Error ? error.message : String(error) };
  }
}

// The program's own type says what it gives.
function asTypeCheck(value: unknown): TypeCheck {
  return value as TypeCheck;
}
