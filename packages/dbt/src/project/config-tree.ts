import { DbtError } from "../error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  objectOf,
  renderScalar,
  textsOf,
} from "../json.ts";

const APPEND: ReadonlySet<string> = new Set(["pre-hook", "post-hook", "packages"]);
const MERGE: ReadonlySet<string> = new Set([
  "meta",
  "quoting",
  "column_types",
  "docs",
  "persist_docs",
  "contract",
  "latest_version_pointer",
]);
const ALIASES: Readonly<Record<string, string>> = {
  pre_hook: "pre-hook",
  post_hook: "post-hook",
};

/** A hook with its statement and whether it runs inside the node's transaction. */
export interface Hook {
  readonly sql: string;
  readonly transaction: boolean;
  readonly index: number | null;
}

function readHook(value: JsonValue): JsonObject {
  if (isJsonObject(value)) {
    return {
      sql: renderScalar(value["sql"] ?? ""),
      transaction: value["transaction"] !== false,
      index: null,
    };
  }
  const text = renderScalar(value);
  if (text.trimStart().startsWith("{") && text.includes('"sql"')) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (isJsonObject(parsed)) return readHook(parsed);
    } catch {
      return { sql: text, transaction: true, index: null };
    }
  }
  return { sql: text, transaction: true, index: null };
}

function isUnset(value: JsonValue | undefined): boolean {
  return value === undefined || value === null;
}

function mergeTags(current: JsonValue | undefined, added: JsonValue): JsonValue {
  return [...new Set([...textsOf(current), ...textsOf(added)])];
}

function mergeGrants(current: JsonValue | undefined, added: JsonValue): JsonValue {
  const merged: Record<string, JsonValue> = { ...objectOf(current) };
  for (const [key, value] of Object.entries(objectOf(added))) {
    if (key.startsWith("+"))
      merged[key.slice(1)] = [...listOf(merged[key.slice(1)]), ...listOf(value)];
    else merged[key] = listOf(value);
  }
  return merged;
}

function mergeValue(key: string, current: JsonValue | undefined, added: JsonValue): JsonValue {
  if (key === "tags") return mergeTags(current, added);
  if (key === "grants") return mergeGrants(current, added);
  if (key === "pre-hook" || key === "post-hook") {
    return [...listOf(current), ...listOf(added).map(readHook)];
  }
  if (APPEND.has(key)) return [...listOf(current), ...listOf(added)];
  if (MERGE.has(key) && isJsonObject(added)) return { ...objectOf(current), ...added };
  if (key === "latest_version_pointer") {
    throw new DbtError(
      "Parsing",
      `Cannot read latest_version_pointer ${JSON.stringify(added)}: expected a mapping such as {enabled: true}`,
    );
  }
  return added;
}

/** Puts the nearer config over the farther one: tags, hooks, grants and meta add up, the rest is replaced. */
export function mergeConfig(base: JsonObject, added: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...base };
  for (const [rawKey, value] of Object.entries(added)) {
    const key = ALIASES[rawKey] ?? rawKey;
    if (isUnset(value) && key !== "schema") {
      if (!(key in merged)) merged[key] = null;
      continue;
    }
    merged[key] = mergeValue(key, merged[key], value);
  }
  return merged;
}

function configsOfLevel(level: JsonObject): JsonObject {
  const entries = Object.entries(level).flatMap(([key, value]): [string, JsonValue][] => {
    if (key.startsWith("+")) return [[key.slice(1), value]];
    return isJsonObject(value) ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

/** The levels of a config tree that apply to a node, from the root down to its own name. */
export function levelsOf(tree: JsonObject, fqn: readonly string[]): readonly JsonObject[] {
  const levels = [configsOfLevel(tree)];
  let current = tree;
  for (const name of fqn) {
    const next = current[name];
    if (!isJsonObject(next)) break;
    levels.push(configsOfLevel(next));
    current = next;
  }
  return levels.filter((level) => Object.keys(level).length > 0);
}

/** Reads the hooks of a node's final config. */
export function hooksOf(config: JsonObject, key: "pre-hook" | "post-hook"): readonly Hook[] {
  return listOf(config[key])
    .map(readHook)
    .map((hook, index) => ({
      sql: renderScalar(hook["sql"]),
      transaction: hook["transaction"] !== false,
      index,
    }));
}
