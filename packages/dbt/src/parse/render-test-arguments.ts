import { type Environment, PyDict, type Scope, type Value } from "@airloom/jinja";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { hasTemplate, templateFailure } from "../template/render-yaml.ts";

const CALL = /^(?:env_var|ref|var|source|doc)\s*\(.+\)\s*$/u;
const EXPRESSION = /^\s*\{\{-?(?<expression>(?:(?!\}\}|\{\{)[\s\S])*?)-?\}\}\s*$/u;

function expressionOf(text: string): string | undefined {
  return CALL.test(text) ? text : EXPRESSION.exec(text)?.groups?.["expression"];
}

/** Renders the arguments of a generic test; `ref(…)` and the like become what they mean. */
export function renderTestArguments(
  environment: Environment,
  scope: Scope,
  args: JsonObject,
  file: string,
): PyDict {
  const render = (value: JsonValue): Value => {
    if (isJsonList(value)) return value.map(render);
    if (isJsonObject(value))
      return new PyDict(Object.entries(value).map(([key, item]) => [key, render(item)]));
    if (typeof value !== "string") return value;
    const expression = expressionOf(value);
    if (expression === undefined) {
      return hasTemplate(value) ? environment.compile(value, { file }).render(scope) : value;
    }
    const template = environment.compile(`{% set value = (${expression}) %}`, { file });
    return template.module(scope).exports.get("value") ?? null;
  };
  try {
    return new PyDict(Object.entries(args).map(([key, value]) => [key, render(value)]));
  } catch (error) {
    throw templateFailure(error);
  }
}
