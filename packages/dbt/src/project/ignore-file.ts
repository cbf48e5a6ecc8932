import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bounds, holdPath } from "../cage/bounds.ts";

/** One line of a `.dbtignore`. */
interface IgnoreRule {
  readonly pattern: RegExp;
  readonly isException: boolean;
}

const PART = /\[[!^]?\]?[^\]]*\]|\\[^]|\*+|\?|[^*?[\\]+|\[/gu;

function translatePart(part: string): string {
  if (part.startsWith("[") && part.length > 1) {
    return part.replace(/^\[!/u, "[^").replaceAll("\\", "\\\\");
  }
  if (part.startsWith("*")) return "[^/]*";
  if (part === "?") return "[^/]";
  const text = part.startsWith("\\") ? part.slice(1) : part;
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&");
}

function translateSegment(segment: string): string {
  return (segment.match(PART) ?? []).map(translatePart).join("");
}

/** The rule of a line as git writes them; `undefined` for a blank line or a comment. */
function parseRule(line: string): IgnoreRule | undefined {
  const text = line.replace(/(?<!\\)\s+$/u, "");
  if (text === "" || text.startsWith("#")) return undefined;
  const isException = text.startsWith("!");
  const path = isException ? text.slice(1) : text;
  const isFolder = path.endsWith("/");
  const segments = path.split("/").filter((segment) => segment !== "");
  const isAnchored = path.slice(0, isFolder ? -1 : undefined).includes("/");
  const last = segments.length - 1;
  const source = segments
    .map((segment, at) => {
      if (segment === "**") return at === last ? ".*" : "(?:[^/]+/)*";
      return translateSegment(segment) + (at === last ? "" : "/");
    })
    .join("");
  const behind = isFolder ? "/.*" : "(?:/.*)?";
  return {
    pattern: new RegExp(`^${isAnchored ? "" : "(?:.*/)?"}${source}${behind}$`, "u"),
    isException,
  };
}

/** Says which files a `.dbtignore` leaves out: of the rules about a path the last one counts. */
export function parseIgnoreRules(text: string): (path: string) => boolean {
  const rules = text.split(/\r?\n/u).flatMap((line) => parseRule(line) ?? []);
  return (path) => rules.findLast((rule) => rule.pattern.test(path))?.isException === false;
}

/** Says which files of a project, by their path from its root, its `.dbtignore` leaves out. */
export function readIgnoreFile(root: string, bounds: Bounds): (path: string) => boolean {
  const file = join(root, ".dbtignore");
  if (!existsSync(file)) return () => false;
  holdPath(bounds, file, "the file");
  return parseIgnoreRules(readFileSync(file, "utf8"));
}
