import type { AttemptKey, TaskApi, Variable } from "@airloom/core";
import {
  type Answer,
  type CallableMethod,
  type CallMessage,
  fromWireError,
  reviveDates,
} from "./protocol.ts";

/** The task API in a process that has to ask another one. */
export interface RemoteTaskApi {
  readonly api: TaskApi;
  /** Takes the answer to an earlier call. */
  receive(answer: Answer): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Makes one; `send` gets each call together with the attempt it is made for. */
export function makeRemoteTaskApi(
  send: (call: CallMessage, attempt: AttemptKey) => void,
): RemoteTaskApi {
  const waiting = new Map<number, Waiting>();
  let count = 0;
  const call =
    <T>(method: CallableMethod) =>
    (attempt: AttemptKey, ...args: readonly unknown[]): Promise<T> =>
      new Promise((resolve, reject) => {
        count += 1;
        waiting.set(count, { resolve: (value) => resolve(asAnswer<T>(value)), reject });
        send({ kind: "call", id: count, method, args }, attempt);
      });
  const findVariable = call<Variable | undefined>("findVariable");
  return {
    api: {
      // The process that started this one confirms the start before it lets it go on.
      start: async () => true,
      findXCom: call("findXCom"),
      saveXCom: call("saveXCom"),
      async findVariable(attempt, key) {
        const found = await findVariable(attempt, key);
        return found === undefined ? undefined : reviveDates(found, ["updatedAt"]);
      },
      saveVariable: call("saveVariable"),
      findConnection: call("findConnection"),
      saveRenderedFields: call("saveRenderedFields"),
      saveNodes: call("saveNodes"),
      saveTaskState: call("saveTaskState"),
      findTaskState: call("findTaskState"),
      triggerDag: call("triggerDag"),
      findRunState: call("findRunState"),
    },
    receive(answer) {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.kind === "answer") asked?.resolve(answer.value);
      else asked?.reject(fromWireError(answer.error));
    },
  };
}

// The other side answers with what the same method of the real API gave.
function asAnswer<T>(value: unknown): T {
  return value as T;
}
