import { AirloomError, type JsonValue } from "@airloom/core";
import type { Dag } from "../authoring/dag.ts";
import type { TaskContext } from "../context.ts";

/** Renders one text; gives another kind of value only for Dags with `renderTemplateAsNativeObj`. */
export type RenderTemplate = (template: string) => Promise<JsonValue>;

/** The renderer of one attempt. */
export function makeTemplateRenderer(_dag: Dag, _context: TaskContext): RenderTemplate {
  return async (template) => {
    if (!/\{[{%#]/u.test(template)) return template;
    throw new AirloomError("template.failed", "Templates are not written yet");
  };
}
