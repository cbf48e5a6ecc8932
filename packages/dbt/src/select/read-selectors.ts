import { DbtError } from "../error.ts";
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listOf,
  renderScalar,
  textOf,
} from "../json.ts";
import { lineOf } from "../yaml/yaml-document.ts";
import { type Criterion, defaultMethod, parseCriterion } from "./parse-criterion.ts";
import type { IndirectSelection } from "./select-nodes.ts";
import { isMethod } from "./selection-methods.ts";

/** What a definition of `selectors.yml` selects. */
export type SelectionSpec =
  | {
      readonly kind: "criterion";
      readonly criterion: Criterion;
      /** Which tests come along; as the command line says where it is left out. */
      readonly indirect: IndirectSelection | undefined;
    }
  | {
      readonly kind: "union" | "intersection" | "difference";
      readonly parts: readonly SelectionSpec[];
    };

/** One selector of `selectors.yml`. */
export interface NamedSelector {
  readonly spec: SelectionSpec;
  readonly isDefault: boolean;
}

export const SELECTORS_FILE = "selectors.yml";

const INDIRECT: readonly IndirectSelection[] = ["eager", "cautious", "buildable", "empty"];

function fail(message: string, at?: JsonValue): DbtError {
  const line = lineOf(at) ?? 1;
  return new DbtError("Runtime", `Could not read selector file data: ${message}`, {
    place: { file: SELECTORS_FILE, line },
  });
}

function definitionsOf(definition: JsonObject, key: string): readonly JsonValue[] {
  const value = definition[key];
  if (!isJsonList(value)) throw fail(`Invalid value for key "${key}". Expected a list`, definition);
  return value;
}

function unite(parts: readonly SelectionSpec[]): SelectionSpec {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "union", parts };
}

function without(spec: SelectionSpec, excluded: readonly SelectionSpec[]): SelectionSpec {
  return excluded.length === 0 ? spec : { kind: "difference", parts: [spec, unite(excluded)] };
}

function readExcluded(definition: JsonObject): readonly SelectionSpec[] {
  return definitionsOf(definition, "exclude").map((item) => readDefinition(item));
}

function readSet(definition: JsonObject, kind: "union" | "intersection"): SelectionSpec {
  const included: SelectionSpec[] = [];
  let excluded: readonly SelectionSpec[] | undefined;
  for (const item of definitionsOf(definition, kind)) {
    if (!isJsonObject(item) || !Object.hasOwn(item, "exclude")) {
      included.push(readDefinition(item));
      continue;
    }
    if (excluded !== undefined) {
      throw fail(
        "You cannot provide multiple exclude arguments to the same selector set operator",
        item,
      );
    }
    excluded = readExcluded(item);
  }
  return without({ kind, parts: included }, excluded ?? []);
}

function stepsOf(definition: JsonObject, key: "parents" | "children"): number {
  if (definition[key] !== true) return 0;
  const depth = definition[`${key}_depth`];
  return depth === undefined || depth === null || depth === 0
    ? Number.POSITIVE_INFINITY
    : Number(depth);
}

function indirectOf(definition: JsonObject): IndirectSelection | undefined {
  const given = definition["indirect_selection"];
  if (given === undefined) return undefined;
  const known = INDIRECT.find((one) => one === given);
  if (known !== undefined) return known;
  throw fail(
    `"${renderScalar(given)}" is not a valid indirect_selection: expected one of ${INDIRECT.join(", ")}`,
    definition,
  );
}

function checkMethod(method: string, at?: JsonValue): void {
  if (!isMethod(method)) throw fail(`'${method}' is not a valid method name`, at);
}

function readMethod(definition: JsonObject): SelectionSpec {
  const keys = Object.keys(definition);
  const [key = ""] = keys;
  const isShort = keys.length === 1;
  if (!isShort && !(Object.hasOwn(definition, "method") && Object.hasOwn(definition, "value"))) {
    throw fail(
      `Expected either 1 key or else "method" and "value" keys, but got ${keys.join(", ")}`,
      definition,
    );
  }
  const value = renderScalar(definition[isShort ? key : "value"] ?? null);
  const given = isShort ? key : (textOf(definition["method"]) ?? defaultMethod(value));
  const [method = "", ...methodArguments] = given.split(".");
  checkMethod(method, definition);
  const isClosed = definition["childrens_parents"] === true;
  const childSteps = stepsOf(definition, "children");
  if (isClosed && childSteps > 0) {
    throw fail(`"childrens_parents" and "children" of "${value}" are incompatible`, definition);
  }
  const parentSteps = stepsOf(definition, "parents");
  const spec: SelectionSpec = {
    kind: "criterion",
    criterion: { method, methodArguments, value, isClosed, parentSteps, childSteps },
    indirect: indirectOf(definition),
  };
  return without(spec, Object.hasOwn(definition, "exclude") ? readExcluded(definition) : []);
}

function readDefinition(definition: JsonValue, isRoot = false): SelectionSpec {
  if (typeof definition === "string") {
    const criterion = parseCriterion(definition);
    checkMethod(criterion.method);
    return { kind: "criterion", criterion, indirect: undefined };
  }
  if (!isJsonObject(definition)) {
    throw fail(
      `Expected to find union, intersection, a text or a mapping, instead found ${JSON.stringify(definition)}`,
    );
  }
  const kind = (["union", "intersection"] as const).find((key) => Object.hasOwn(definition, key));
  if (kind === undefined) return readMethod(definition);
  if (isRoot && Object.keys(definition).length > 1) {
    throw fail(
      `Only a single 'union' or 'intersection' key is allowed in a root level selector definition; found ${Object.keys(definition).join(",")}`,
      definition,
    );
  }
  return readSet(definition, kind);
}

/** Reads the content of `selectors.yml`. */
export function readSelectors(content: JsonObject): ReadonlyMap<string, NamedSelector> {
  if (!isJsonList(content["selectors"])) throw fail('expected a list of "selectors"', content);
  const selectors = new Map<string, NamedSelector>();
  for (const item of listOf(content["selectors"])) {
    const selector = isJsonObject(item) ? item : {};
    const name = textOf(selector["name"]);
    const { definition } = selector;
    if (name === undefined || definition === undefined || definition === null) {
      throw fail("expected selectors with a name and a definition", item);
    }
    const given = selector["default"];
    const isDefault = given === true;
    if (given !== undefined && typeof given !== "boolean") {
      throw fail(`"default" of ${name} must be true or false, and no template`, item);
    }
    const other = isDefault ? defaultOf(selectors) : undefined;
    if (other !== undefined) {
      throw fail(`Found multiple selectors with \`default: true\`: ${other} and ${name}`, item);
    }
    selectors.set(name, { spec: readDefinition(definition, true), isDefault });
  }
  return selectors;
}

/** The selector that counts where a command selects nothing itself. */
export function defaultOf(selectors: ReadonlyMap<string, NamedSelector>): string | undefined {
  return [...selectors].find(([, { isDefault }]) => isDefault)?.[0];
}
