import type { Queryable } from "../adapter/duckdb.ts";
import type { NodeContext } from "../context/node-context.ts";
import { type FailedHook, type HookFile, placeHookError } from "./locate-hook.ts";

/** A hook and what it runs with. */
export interface HookRun {
  /** The key it is written under. */
  readonly key: "pre-hook" | "post-hook" | "on-run-start" | "on-run-end";
  readonly raw: string;
  readonly context: NodeContext;
  readonly session: Queryable;
  /** Takes the statement once it is rendered. */
  readonly onRendered?: (sql: string) => void;
  /** Files in which it may be written, the nearest first. */
  readonly files: readonly [HookFile, ...HookFile[]];
}

/** Renders and runs a hook; an error of its template or of the database names the place of the hook. */
export async function runHook(hook: HookRun): Promise<void> {
  const { context, files, key, session } = hook;
  const raw = hook.raw.trim();
  let failed: FailedHook = { key, raw, sql: undefined, lineAt: () => 1 };
  try {
    const { run } = context.workspace.environments;
    const traced = await run.compile(raw, { file: files[0].file }).renderTraced(context);
    failed = { ...failed, sql: traced.text, lineAt: (offset) => traced.locate(offset).line };
    hook.onRendered?.(traced.text);
    if (traced.text.trim() !== "") await session.query(traced.text);
  } catch (error) {
    throw placeHookError(error, failed, files);
  }
}
