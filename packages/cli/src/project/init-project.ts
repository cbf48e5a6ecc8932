import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AirloomError } from "@airloom/core";

/** The shipped beginnings of a project. `flights` is the guide's pipeline with its dbt project. */
export const TEMPLATES = ["minimal", "flights"] as const;
export type Template = (typeof TEMPLATES)[number];

const HERE = dirname(fileURLToPath(import.meta.url));

/** Where a template lies: in the package, or among the examples of a checkout. */
export function templateDir(template: Template): string {
  const shipped = resolve(HERE, "../../templates", template);
  return existsSync(shipped) ? shipped : resolve(HERE, "../../../../examples", template);
}

// npm does not publish files named .gitignore, so templates carry the name without its dot.
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" };
const NEVER_COPIED: ReadonlySet<string> = new Set([
  ".airloom",
  "node_modules",
  "target",
  "logs",
  "data",
]);
const TEXT = /\.(?:json|md|ts|sql|yml|csv)$|gitignore$/u;

export interface InitResult {
  readonly dir: string;
  readonly created: readonly string[];
  /** Files that were there already and were left alone. */
  readonly kept: readonly string[];
}

/**
 * Writes a new project. Files that exist are kept as they are.
 *
 * Errors: `project.exists` for a folder with other things in it unless `force`.
 */
export function initProject(
  target: string,
  { template, force }: { readonly template: Template; readonly force: boolean },
): InitResult {
  const dir = resolve(target);
  if (!force && isFilled(dir)) {
    throw new AirloomError(
      "project.exists",
      `Cannot begin a project in "${dir}": the folder is not empty. Name an empty one, or pass --force to add what is missing and keep what is there`,
    );
  }
  const file = findFile(dir);
  if (file !== undefined) {
    throw new AirloomError(
      "input.invalid",
      `Cannot begin a project in "${dir}": "${file}" is a file, not a folder`,
    );
  }
  const created: string[] = [];
  const kept: string[] = [];
  const from = templateDir(template);
  for (const file of templateFiles(from)) {
    const to = join(dir, dirname(file), RENAMED[basename(file)] ?? basename(file));
    if (existsSync(to)) {
      kept.push(to);
      continue;
    }
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, contentOf(join(from, file), basename(dir)));
    created.push(to);
  }
  return { dir, created, kept };
}

/** The nearest part of a path that exists, where that is no folder. */
function findFile(path: string): string | undefined {
  if (!existsSync(path)) return findFile(dirname(path));
  return statSync(path).isDirectory() ? undefined : path;
}

function isFilled(dir: string): boolean {
  return existsSync(dir) && statSync(dir).isDirectory() && readdirSync(dir).length > 0;
}

/** The files of a template, below its folder; what running it leaves behind is none of them. */
export function templateFiles(root: string, below = ""): readonly string[] {
  return readdirSync(join(root, below)).flatMap((name) => {
    if (NEVER_COPIED.has(name) || name.endsWith(".test.ts") || name.includes(".duckdb")) return [];
    const path = join(below, name);
    return statSync(join(root, path)).isDirectory() ? templateFiles(root, path) : [path];
  });
}

function contentOf(file: string, name: string): string | Buffer {
  const bytes = readFileSync(file);
  return TEXT.test(file) ? bytes.toString("utf8").replaceAll("__name__", name) : bytes;
}
