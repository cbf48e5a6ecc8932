import { PyError } from "../errors.ts";
import { iterate } from "../values/iterate.ts";
import { orElse } from "../values/or-else.ts";
import { repr, str } from "../values/text.ts";
import { type Awaitable, callable, type HostObject, pyType, type Value } from "../values/value.ts";
import type { BlockFunction, BoundTemplate } from "./bound-template.ts";
import { runDeeper } from "./budget.ts";
import { type Evaluation, type LinkedTemplate, withScope } from "./evaluation.ts";
import type { Scope } from "./scope.ts";

type Names = ReadonlyMap<string, Value>;

/** The names that have a value. */
export function names(pairs: readonly (readonly [string, Value | undefined])[]): Names {
  return new Map(
    pairs.flatMap(([name, value]): [string, Value][] =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

function scopeOfNames(held: Names, parent: Scope | undefined): Scope {
  return { parent, get: (name) => held.get(name) };
}

/** Where an included or imported template looks names up: without context it sees only the globals. */
function innerScope(evaluation: Evaluation, held: Names | undefined): Scope {
  if (held !== undefined) return scopeOfNames(held, evaluation.scope);
  return evaluation.globalScope;
}

function loadOne(evaluation: Evaluation, candidates: Value): LinkedTemplate | undefined {
  const wanted = typeof candidates === "string" ? [candidates] : iterate(candidates);
  for (const name of wanted) {
    const template = evaluation.load(str(name));
    if (template !== undefined) return template;
  }
  return undefined;
}

function loadRequired(evaluation: Evaluation, candidates: Value): LinkedTemplate {
  const template = loadOne(evaluation, candidates);
  if (template !== undefined) return template;
  throw new PyError(
    "TemplateNotFound",
    typeof candidates === "string" ? candidates : repr(candidates),
  );
}

/** Renders `{% include %}`. */
export function include(
  evaluation: Evaluation,
  candidates: Value,
  ignoreMissing: boolean,
  held: Names | undefined,
): Awaitable<Value> {
  const template = ignoreMissing
    ? loadOne(evaluation, candidates)
    : loadRequired(evaluation, candidates);
  if (template === undefined) return "";
  const bound = template.bind(withScope(evaluation, innerScope(evaluation, held)));
  return runDeeper(evaluation.budget, () => bound.render());
}

/** Runs a template for `{% import %}` and gives its names. */
export function module(
  evaluation: Evaluation,
  candidates: Value,
  held: Names | undefined,
): Awaitable<Value> {
  const template = loadRequired(evaluation, candidates);
  const bound = template.bind(withScope(evaluation, innerScope(evaluation, held)));
  const text = runDeeper(evaluation.budget, () => bound.render());
  if (text instanceof Promise) return text.then((done) => moduleObject(template, bound, done));
  return moduleObject(template, bound, text);
}

function moduleObject(template: LinkedTemplate, bound: BoundTemplate, text: Value): HostObject {
  const held = names(bound.exports());
  return {
    [pyType]: "TemplateModule",
    getAttribute: (name) => held.get(name),
    toText: () => str(text),
    toRepr: () => `<TemplateModule ${repr(template.file)}>`,
  };
}

/** One name of an imported template. */
export function imported(evaluation: Evaluation, from: HostObject, name: string): Value {
  return orElse(from.getAttribute?.(name), () =>
    evaluation.missing(`the template does not export the requested name ${repr(name)}`),
  );
}

/** Loads the template of `{% extends %}`. */
export function parent(
  evaluation: Evaluation,
  known: LinkedTemplate | undefined,
  candidates: Value,
): LinkedTemplate {
  if (known !== undefined) throw new PyError("TemplateRuntimeError", "extended multiple times");
  return loadRequired(evaluation, candidates);
}

/** Renders the extended template with the blocks and names of its child. */
export function inherit(
  evaluation: Evaluation,
  template: LinkedTemplate,
  exports: readonly (readonly [string, Value | undefined])[],
): Awaitable<Value> {
  const scope = scopeOfNames(names(exports), evaluation.scope);
  const bound = template.bind(withScope(evaluation, scope, evaluation.blocks));
  return runDeeper(evaluation.budget, () => bound.render());
}

/** Notes the blocks of a template behind those of the templates that extend it. */
export function register(
  evaluation: Evaluation,
  blocks: Readonly<Record<string, BlockFunction>>,
): void {
  for (const [name, run] of Object.entries(blocks)) {
    const known = evaluation.blocks.get(name);
    if (known === undefined) evaluation.blocks.set(name, [run]);
    else known.push(run);
  }
}

/** `super()` inside of a block. */
export function above(evaluation: Evaluation, name: string, current: BlockFunction): Value {
  const chain = evaluation.blocks.get(name) ?? [];
  const next = chain[chain.indexOf(current) + 1];
  if (next === undefined) return evaluation.missing(`there is no parent block called '${name}'.`);
  return callable(() => next(), "super");
}
