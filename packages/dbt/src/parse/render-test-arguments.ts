import { type Awaitable, type Environment, PyDict, type Scope, type Value } from "@airloom/jinja";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { after } from "../template/after.ts";
import { hasTemplate, templateFailure } from "../template/render-yaml.ts";

const CALL = /^(?:env_var|ref|var|source|doc)\s*\(.+\)\s*$/u;
const EXPRESSION = /^\s*\{\{-?(?<expression>(?:(?!\}\}|\{\{)[\s\S])*?)-?\}\}\s*$/u;

/** How templates inside arguments are rendered: at once while parsing, with promises while running. */
interface ArgumentRenderer {
  text(source: string): Awaitable<Value>;
  expression(source: string): Awaitable<Value>;
}

function expressionOf(text: string): string | undefined {
  return CALL.test(text) ? text : EXPRESSION.exec(text)?.groups?.["expression"];
}

function isReady(values: readonly Awaitable<Value>[]): values is readonly Value[] {
  return values.every((value) => !(value instanceof Promise));
}

async function whenReady(values: readonly Awaitable<Value>[]): Promise<Value[]> {
  return Promise.all(values.map(async (value) => value));
}

function all(values: readonly Awaitable<Value>[]): Awaitable<Value[]> {
  return isReady(values) ? [...values] : whenReady(values);
}

function renderValue(renderer: ArgumentRenderer, value: JsonValue): Awaitable<Value> {
  if (isJsonList(value)) return all(value.map((item) => renderValue(renderer, item)));
  if (isJsonObject(value)) return renderObject(renderer, value);
  if (typeof value !== "string") return value;
  const expression = expressionOf(value);
  if (expression !== undefined) return renderer.expression(expression);
  return hasTemplate(value) ? renderer.text(value) : value;
}

function renderObject(renderer: ArgumentRenderer, object: JsonObject): Awaitable<PyDict> {
  const keys = Object.keys(object);
  const values = all(keys.map((key) => renderValue(renderer, object[key] ?? null)));
  return after(
    values,
    (items) => new PyDict(keys.map((key, index) => [key, items[index] ?? null])),
  );
}

/** Renders the arguments of a generic test; `ref(…)` and the like become what they mean. */
export function renderTestArguments(
  environment: Environment,
  scope: Scope,
  args: JsonObject,
  file: string,
): PyDict {
  const renderer: ArgumentRenderer = {
    text: (source) => environment.compile(source, { file }).render(scope),
    expression: (source) =>
      environment
        .compile(`{% set value = (${source}) %}`, { file })
        .module(scope)
        .exports.get("value") ?? null,
  };
  try {
    const rendered = renderObject(renderer, args);
    return rendered instanceof Promise ? new PyDict() : rendered;
  } catch (error) {
    throw templateFailure(error);
  }
}

/** The same while the test runs, when macros in arguments may ask the database. */
export async function renderTestArgumentsAsync(
  environment: Environment,
  scope: Scope,
  args: JsonObject,
  file: string,
): Promise<PyDict> {
  const renderer: ArgumentRenderer = {
    text: async (source) => environment.compile(source, { file }).renderAsync(scope),
    expression: async (source) => {
      const template = environment.compile(`{% set value = (${source}) %}`, { file });
      const { exports } = await template.moduleAsync(scope);
      return exports.get("value") ?? null;
    },
  };
  try {
    return await renderObject(renderer, args);
  } catch (error) {
    throw templateFailure(error);
  }
}
