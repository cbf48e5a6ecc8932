import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** A source that cannot be parsed, with the place. */
export class SourceSyntaxError extends SyntaxError {
  override readonly name = "SyntaxError";
  readonly file: string;
  readonly line: number;
  readonly column: number;

  constructor(
    message: string,
    place: { readonly file: string; readonly line: number; readonly column: number },
  ) {
    super(message);
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
  }
}

const FORMAT = "oxc-0.158-1";

/** TypeScript to JavaScript with a source map, from the cache where the same text was there before. */
export function transformSource(file: string, source: string, cacheDir: string): string {
  const key = createHash("sha256")
    .update(FORMAT)
    .update(file)
    .update("\0")
    .update(source)
    .digest("hex");
  const cached = join(cacheDir, "transformed", `${key}.js`);
  try {
    return readFileSync(cached, "utf8");
  } catch {
    const code = transform(file, source);
    saveCached(cached, code, cacheDir);
    return code;
  }
}

function saveCached(path: string, code: string, cacheDir: string): void {
  try {
    mkdirSync(join(cacheDir, "transformed"), { recursive: true });
    const temporary = `${path}.${randomBytes(6).toString("hex")}`;
    writeFileSync(temporary, code);
    renameSync(temporary, path);
  } catch {
    // A cache that cannot be written only costs time.
  }
}

function transform(file: string, source: string): string {
  const { transformSync } = loadTransformer();
  const { code, map, errors } = transformSync(file, source, { sourcemap: true });
  const [error] = errors;
  if (error !== undefined) {
    const place = locate(source, error.labels[0]?.start ?? 0);
    throw new SourceSyntaxError(error.message, { file, ...place });
  }
  if (map === undefined) return code;
  const encoded = Buffer.from(JSON.stringify({ ...map, sources: [file] })).toString("base64");
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${encoded}`;
}

/** Where a text that Node refuses to parse goes wrong; undefined when the transformer finds no fault. */
export function findSyntaxError(file: string, source: string): SourceSyntaxError | undefined {
  try {
    transform(file, source);
    return undefined;
  } catch (error) {
    return error instanceof SourceSyntaxError ? error : undefined;
  }
}

// Loaded when a text is not in the cache: runners mostly find everything there, and are the smaller for it.
function loadTransformer(): typeof import("oxc-transform") {
  return createRequire(import.meta.url)("oxc-transform") as typeof import("oxc-transform");
}

function locate(
  source: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
