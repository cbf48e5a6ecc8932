import { type Environment, type Scope, TemplateError } from "@airloom/jinja";
import { DbtError } from "../error.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { copyLine, lineOf } from "../yaml/yaml-document.ts";
import { toData } from "./values.ts";

/** What values of a YAML file are rendered with. */
export interface YamlRenderer {
  readonly environment: Environment;
  readonly scope: Scope;
  readonly file: string;
  /** Values that stay as they are, by their path of keys: hooks, descriptions, arguments of tests. */
  readonly keeps?: (path: readonly string[]) => boolean;
}

/** Whether a text needs rendering at all. */
export function hasTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("{%") || text.includes("{#");
}

/** The error of a template with its place, as an error of the project. */
export function templateFailure(error: unknown): unknown {
  if (!(error instanceof TemplateError)) return error;
  const cause = error.cause instanceof DbtError ? error.cause : undefined;
  if (cause?.place !== undefined) return cause;
  return new DbtError(cause?.kind ?? "Compilation", error.reason, {
    cause: error,
    place: { file: error.file, line: error.line, column: error.column },
    excerpt: error.excerpt,
  });
}

/** Renders one text as dbt renders YAML: a single expression keeps the type of its value. */
export function renderYamlText(renderer: YamlRenderer, text: string, line?: number): JsonValue {
  if (!hasTemplate(text)) return text;
  const options = { file: renderer.file, ...(line === undefined ? {} : { firstLine: line }) };
  try {
    return toData(renderer.environment.compile(text, options).renderNative(renderer.scope));
  } catch (error) {
    throw templateFailure(error);
  }
}

/** Renders every text inside a YAML value. */
export function renderYaml(
  renderer: YamlRenderer,
  value: JsonValue,
  path: readonly string[] = [],
  line?: number,
): JsonValue {
  if (renderer.keeps?.(path) === true) return value;
  if (typeof value === "string") return renderYamlText(renderer, value, line);
  const here = lineOf(value) ?? line;
  if (isJsonList(value)) {
    const items = value.map((item, index) =>
      renderYaml(renderer, item, [...path, String(index)], here),
    );
    return copyLine(value, items);
  }
  return isJsonObject(value) ? renderYamlObject(renderer, value, path, here) : value;
}

/** Renders every text inside a YAML object. */
export function renderYamlObject(
  renderer: YamlRenderer,
  value: JsonObject,
  path: readonly string[] = [],
  line?: number,
): JsonObject {
  const entries = Object.entries(value).map(
    ([key, item]) => [key, renderYaml(renderer, item, [...path, key], line)] as const,
  );
  return copyLine(value, Object.fromEntries(entries));
}
