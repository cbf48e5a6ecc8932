import type { AttemptKey, Connection, SecretMask, TaskApi, Variable } from "@airloom/core";
import {
  type Answer,
  CALLABLE_METHODS,
  type CallMessage,
  reviveCall,
  toWireError,
} from "./protocol.ts";

/**
 * Makes a call of a task or trigger on the real task API, in the name of its attempt.
 *
 * Secrets that pass are from then on masked in its log, before its code has seen them.
 */
export async function answerCall(
  call: CallMessage,
  attempt: AttemptKey,
  { taskApi, mask }: { readonly taskApi: TaskApi; readonly mask: SecretMask },
): Promise<Answer> {
  const { id, method } = call;
  try {
    if (!CALLABLE_METHODS.includes(method)) throw new Error(`There is no call "${String(method)}"`);
    const value = await callMethod(taskApi, attempt, { method, args: maskArguments(call, mask) });
    learnSecrets(method, value, mask);
    return { kind: "answer", id, value };
  } catch (error) {
    return { kind: "refusal", id, error: toWireError(error) };
  }
}

/** What people are shown is masked; what other tasks receive is not. */
function maskArguments(call: CallMessage, mask: SecretMask): readonly unknown[] {
  const args = reviveCall(call);
  if (call.method === "saveRenderedFields") return [mask.maskShown(args[0])];
  if (call.method === "saveNodes") return [mask.maskShown(args[0])];
  return args;
}

function learnSecrets(method: CallMessage["method"], value: unknown, mask: SecretMask): void {
  if (typeof value !== "object" || value === null) return;
  if (method === "findConnection") mask.addConnection(value as Connection);
  if (method === "findVariable") {
    const variable = value as Variable;
    if (variable.isSecret) mask.add(variable.value);
  }
}

// The method is on the list, and its arguments were made by the same method on the other side.
function callMethod(
  taskApi: TaskApi,
  attempt: AttemptKey,
  { method, args }: Pick<CallMessage, "method" | "args">,
): Promise<unknown> {
  const call = taskApi[method] as (
    attempt: AttemptKey,
    ...args: readonly unknown[]
  ) => Promise<unknown>;
  return call.call(taskApi, attempt, ...args);
}
