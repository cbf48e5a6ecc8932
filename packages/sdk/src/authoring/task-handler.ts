import type { Handler } from "./scope.ts";

/**
 * The code of a task whose Dag is written in Python, as Airflow's SDK has it. A bundle takes it, so that a file that holds
 * some still loads; nothing calls it, for Dags written in Python do not run here.
 */
export class TaskHandler<Inputs = never, Output = unknown> {
  readonly dagId: string;
  readonly taskId: string;
  readonly handler: Handler<Inputs, Output>;

  constructor(dagId: string, taskId: string, handler: Handler<Inputs, Output>) {
    this.dagId = dagId;
    this.taskId = taskId;
    this.handler = handler;
  }
}

/**
 * Says under which names a Dag written in Python passes the arguments of a handler, as Airflow's SDK has it. Tasks declared
 * here are called by the handler's own names, so that is what it answers: the handler.
 */
export function withArgNames<Inputs, Output>(
  _names: { readonly [Name in keyof NoInfer<Inputs>]?: string },
  handler: Handler<Inputs, Output>,
): Handler<Inputs, Output> {
  return handler;
}
