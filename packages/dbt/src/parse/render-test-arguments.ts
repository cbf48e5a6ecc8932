import { type Awaitable, type Environment, PyDict, type Scope, type Value } from "@airloom/jinja";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { after } from "../template/after.ts";
import { hasTemplate, templateFailure } from "../template/render-yaml.ts";

const CALL = /^(?:env_var|ref|var|source|doc)\s*\(.+\)\s*$/u;

/** How a template inside arguments is rendered: at once while parsing, with a promise while running. */
type RenderArgument = (source: string) => Awaitable<Value>;

function isReady(values: readonly Awaitable<Value>[]): values is readonly Value[] {
  return values.every((value) => !(value instanceof Promise));
}

async function whenReady(values: readonly Awaitable<Value>[]): Promise<Value[]> {
  return Promise.all(values.map(async (value) => value));
}

function all(values: readonly Awaitable<Value>[]): Awaitable<Value[]> {
  return isReady(values) ? [...values] : whenReady(values);
}

function renderValue(render: RenderArgument, value: JsonValue): Awaitable<Value> {
  if (isJsonList(value)) return all(value.map((item) => renderValue(render, item)));
  if (isJsonObject(value)) return renderObject(render, value);
  if (typeof value !== "string") return value;
  if (CALL.test(value)) return render(`{{ ${value} }}`);
  return hasTemplate(value) ? render(value) : value;
}

function renderObject(render: RenderArgument, object: JsonObject): Awaitable<PyDict> {
  const keys = Object.keys(object);
  const values = all(keys.map((key) => renderValue(render, object[key] ?? null)));
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
  try {
    const rendered = renderObject(
      (source) => environment.compile(source, { file }).renderNative(scope),
      args,
    );
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
  try {
    return await renderObject(
      async (source) => environment.compile(source, { file }).renderNativeAsync(scope),
      args,
    );
  } catch (error) {
    throw templateFailure(error);
  }
}
