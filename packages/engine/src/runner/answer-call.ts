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

/** What people are shown is masked; what other tasks receive is not, and is kept beside what people are shown of it. */
function maskArguments(call: CallMessage, mask: SecretMask): readonly unknown[] {
  const args = reviveCall(call);
  const [first, second] = args;
  switch (call.method) {
    case "saveRenderedFields":
    case "saveNodes":
      return [mask.maskShown(first)];
    case "saveXCom":
      return [first, second, findShown(second, mask)];
    case "saveVariable":
      return [first, second, mask.mask(String(second)) !== second];
    default:
      return args;
  }
}

/** What people are shown in place of a value with a secret in it; null where there is none. */
function findShown(value: unknown, mask: SecretMask): unknown {
  const shown = mask.maskShown(value);
  return shown === value || JSON.stringify(shown) === JSON.stringify(value) ? null : shown;
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
