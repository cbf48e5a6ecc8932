import type { JsonValue } from "@airloom/core";
import { createEnvironment, toJs } from "@airloom/jinja";
import type { Dag } from "../authoring/dag.ts";
import type { TaskContext } from "../context.ts";
import { DATE_FILTERS } from "./template-dates.ts";
import { loadTemplateScope } from "./template-scope.ts";

/** Renders one text; gives another kind of value only for Dags with `renderTemplateAsNativeObj`. */
export type RenderTemplate = (template: string) => Promise<JsonValue>;

const TAG = /\{[{%#]/u;

/** The renderer of one attempt. A name that does not exist is an error, as in Airflow. */
export function makeTemplateRenderer(dag: Dag, context: TaskContext): RenderTemplate {
  const isNative = dag.options.renderTemplateAsNativeObj ?? false;
  let environment: ReturnType<typeof createEnvironment> | undefined;
  return async (text) => {
    if (!TAG.test(text)) return text;
    environment ??= createEnvironment({
      undefinedBehavior: "strict",
      keepTrailingNewline: true,
      filters: DATE_FILTERS,
      random: Math.random,
    });
    const template = environment.compile(text, { file: `task "${context.taskId}"` });
    const scope = await loadTemplateScope(text, context);
    return isNative ? toJs(await template.renderNativeAsync(scope)) : template.renderAsync(scope);
  };
}
