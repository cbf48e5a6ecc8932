import { createEnvironment, type Environment, PyError, type Value } from "@airloom/jinja";
import { renderText } from "./values.ts";
import { watchTemplate } from "./watch-template.ts";

/** Processor time of one rendering: reading a project computes little, a macro that runs may compute much. */
const PARSE_MS = 3_000;
const RUN_MS = 30_000;

function asNumber(value: Value): Value {
  const text = renderText(value).trim();
  const number = Number(text);
  if (text === "" || Number.isNaN(number)) {
    throw new PyError("ValueError", `Cannot read "${text}" as a number`);
  }
  return number;
}

function asBool(value: Value): Value {
  const text = renderText(value).trim().toLowerCase();
  if (text === "true") return true;
  if (text === "false") return false;
  throw new PyError("ValueError", `Cannot read "${text}" as a boolean: expected true or false`);
}

const FILTERS = {
  as_bool: asBool,
  as_number: asNumber,
  as_native: (value: Value) => value,
  as_text: (value: Value) => renderText(value),
  is_list: (value: Value) => Array.isArray(value),
};

/** Templates of a project while it is read: what is not known yet counts as nothing. */
export function createParseEnvironment(): Environment {
  return createEnvironment({
    dialect: "dbt",
    undefinedBehavior: "permissive",
    filters: FILTERS,
    limits: { watch: () => watchTemplate(PARSE_MS) },
  });
}

/** Templates while nodes run: an unknown name is a mistake. */
export function createRunEnvironment(): Environment {
  return createEnvironment({
    dialect: "dbt",
    undefinedBehavior: "default",
    filters: FILTERS,
    limits: { watch: () => watchTemplate(RUN_MS) },
  });
}
