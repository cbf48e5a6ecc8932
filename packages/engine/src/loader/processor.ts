import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { LoadedFile } from "@airloom/core";
import { isClosedError, listBundle, mentionsDag } from "./bundle-files.ts";
import { renderCodeFrame } from "./code-frame.ts";
import type { ImportPool } from "./import-pool.ts";
import type { ImportFailure, ImportReport } from "./import-report.ts";

/** What the processor tells about a bundle. */
export type ProcessorReport =
  | {
      readonly kind: "loaded";
      readonly loaded: LoadedFile;
      /** The project's files that it imports, itself included. */
      readonly dependencies: readonly string[];
    }
  | { readonly kind: "removed"; readonly files: readonly string[] }
  | { readonly kind: "scanned"; readonly files: readonly string[] }
  /** Files and folders that are there and that we may not read; the Dags of such files stay as they were. */
  | { readonly kind: "closed"; readonly paths: readonly string[] };

interface KnownFile {
  /** Hash over the file and everything of the project that it imports. */
  readonly hash: string;
  readonly dependencies: readonly string[];
  readonly hasFailed: boolean;
}

/** Keeps track of the files of one bundle and imports those that changed. */
export class Processor {
  readonly #bundleDir: string;
  readonly #pool: ImportPool;
  readonly #report: (report: ProcessorReport) => void;
  readonly #known = new Map<string, KnownFile>();
  #names: ReadonlySet<string> = new Set();
  readonly #closed = new Set<string>();
  #scanning: Promise<void> = Promise.resolve();

  constructor(
    bundleDir: string,
    options: {
      readonly pool: ImportPool;
      readonly report: (report: ProcessorReport) => void;
    },
  ) {
    this.#bundleDir = bundleDir;
    this.#pool = options.pool;
    this.#report = options.report;
  }

  /** Files outside of the bundle that Dag files import. */
  get outsideFiles(): readonly string[] {
    const all = [...this.#known.values()].flatMap((file) => file.dependencies);
    return [...new Set(all)].filter((file) => relative(this.#bundleDir, file).startsWith(".."));
  }

  /** What this look could not read. */
  get closedPaths(): readonly string[] {
    return [...this.#closed];
  }

  /** Looks at all files, one look after the other; resolves when every change of this look was reported. */
  scan(): Promise<void> {
    this.#scanning = this.#scanning.then(() => this.#scan());
    return this.#scanning;
  }

  async #scan(): Promise<void> {
    this.#closed.clear();
    const { files: listed, closed } = await listBundle(this.#bundleDir);
    for (const folder of closed) this.#closed.add(folder);
    const names = new Set(listed);
    const hasNew = listed.some((file) => !this.#names.has(file));
    this.#names = names;
    this.#dropRemoved(names);
    await Promise.all(listed.map((file) => this.#look(file, hasNew)));
    if (this.#closed.size > 0) this.#report({ kind: "closed", paths: this.closedPaths });
    this.#report({ kind: "scanned", files: [...this.#known.keys()].toSorted() });
  }

  #dropRemoved(names: ReadonlySet<string>): void {
    const removed = [...this.#known.keys()].filter(
      (file) => !names.has(file) && !this.#isHidden(join(this.#bundleDir, file)),
    );
    for (const file of removed) this.#known.delete(file);
    if (removed.length > 0) this.#report({ kind: "removed", files: removed });
  }

  #isHidden(path: string): boolean {
    return this.closedPaths.some((closed) => path.startsWith(`${closed}${sep}`));
  }

  async #look(file: string, hasNew: boolean): Promise<void> {
    const path = join(this.#bundleDir, file);
    const source = await readText(path);
    if (source === undefined && (await isClosed(path))) {
      this.#closed.add(path);
      return;
    }
    const known = this.#known.get(file);
    if (source === undefined || !mentionsDag(source)) {
      if (known === undefined) return;
      this.#known.delete(file);
      this.#report({ kind: "removed", files: [file] });
      return;
    }
    const hash = await hashFiles(known?.dependencies ?? [path]);
    // A file that failed may have missed one that is there now.
    if (known?.hash === hash && !(known.hasFailed && hasNew)) return;
    await this.#import(file, source);
  }

  async #import(file: string, source: string): Promise<void> {
    const path = join(this.#bundleDir, file);
    const { report } = await this.#pool.import(path);
    // Gone meanwhile: the next look tells so.
    if ((await readText(path)) === undefined) return;
    const closed = findClosed(report.failure);
    for (const dependency of closed) this.#closed.add(dependency);
    // With what could not be read among them, the file is imported anew once that can be.
    const all = [path, ...report.dependencies, ...closed];
    const dependencies = [...new Set(all)].toSorted();
    const hash = await hashFiles(dependencies);
    this.#known.set(file, { hash, dependencies, hasFailed: report.failure !== null });
    this.#report({
      kind: "loaded",
      loaded: {
        file,
        source,
        contentHash: hash,
        dags: report.dags,
        error: await this.#describe(path, report),
      },
      dependencies,
    });
  }

  async #describe(path: string, { failure }: ImportReport): Promise<LoadedFile["error"]> {
    if (failure === null) return null;
    const isOwn = failure.file === null || failure.file === path;
    const frame = await loadFrame(failure);
    const elsewhere = isOwn
      ? ""
      : ` (${relative(this.#bundleDir, failure.file ?? "")}:${failure.line ?? "?"})`;
    return {
      message: `${failure.message}${elsewhere}`,
      line: isOwn ? failure.line : null,
      column: isOwn ? failure.column : null,
      codeFrame: frame,
      stack: failure.stack,
    };
  }
}

async function loadFrame(failure: ImportFailure): Promise<string | null> {
  if (failure.file === null || failure.line === null) return null;
  const source = await readText(failure.file);
  return source === undefined ? null : renderCodeFrame(source, failure.line, failure.column);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

async function isClosed(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(() => false, isClosedError);
}

/** The file that an import may not read, as Node names it. */
function findClosed(failure: ImportFailure | null): readonly string[] {
  const named = /EACCES: permission denied, \w+ '(?<path>\/[^']+)'/u.exec(failure?.message ?? "");
  const path = named?.groups?.["path"];
  return path === undefined ? [] : [path];
}

async function hashFiles(paths: readonly string[]): Promise<string> {
  const texts = await Promise.all(paths.map(async (path) => [path, await readText(path)] as const));
  const hash = createHash("sha256");
  for (const [path, text] of texts)
    hash
      .update(path)
      .update("\0")
      .update(text ?? "\0gone")
      .update("\0");
  return hash.digest("hex");
}
