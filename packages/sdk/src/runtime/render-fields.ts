import { AirloomError, type JsonObject, type JsonValue } from "@airloom/core";
import type { Dag } from "../authoring/dag.ts";
import { toJsonValue } from "../authoring/wire.ts";
import type { TaskContext } from "../context.ts";
import { makeTemplateRenderer, type RenderTemplate } from "./template-renderer.ts";

/** Renders the fields of an operator: calls functions, renders strings, also inside arrays and objects. */
export async function renderFields(
  dag: Dag,
  fields: Readonly<Record<string, unknown>>,
  context: TaskContext,
): Promise<JsonObject> {
  const render = makeTemplateRenderer(dag, context);
  const written = Object.entries(fields).filter(([, value]) => value !== undefined);
  const rendered = written.map(
    async ([name, value]) => [name, await renderField(name, value, { context, render })] as const,
  );
  return Object.fromEntries(await Promise.all(rendered));
}

interface Rendering {
  readonly context: TaskContext;
  readonly render: RenderTemplate;
}

async function renderField(name: string, value: unknown, by: Rendering): Promise<JsonValue> {
  const path = `field "${name}" of task "${by.context.taskId}"`;
  if (typeof value === "function") return toJsonValue(await callField(value, by.context), path);
  try {
    return await renderValue(toJsonValue(value, path), by.render);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AirloomError("template.failed", `Cannot render ${path}: ${why}`, { cause });
  }
}

// The type of a field says that a function in it takes the context.
function callField(field: object, context: TaskContext): unknown {
  return (field as (context: TaskContext) => unknown)(context);
}

async function renderValue(value: JsonValue, render: RenderTemplate): Promise<JsonValue> {
  if (typeof value === "string") return render(value);
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return Promise.all(value.map((item) => renderValue(item, render)));
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await renderValue(item, render)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
