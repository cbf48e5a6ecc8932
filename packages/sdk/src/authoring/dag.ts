import type { DagSpec } from "@airloom/core";
import { type TestedRun, type TestOptions, testRun } from "../testing/test-run.ts";
import type { DeclareIf, DeclareSwitch } from "./condition.ts";
import { checkDagOptions, type DagOptions } from "./dag-options.ts";
import { checkDagId, Declarations } from "./declarations.ts";
import { capturePlace } from "./place.ts";
import {
  type DeclareTask,
  dropUndefined,
  makeDeclareIf,
  makeDeclareSwitch,
  makeDeclareTask,
} from "./scope.ts";
import { type DeclareGroup, makeDeclareGroup } from "./task-group.ts";
import type { TaskHandler } from "./task-handler.ts";
import { toDagSpec } from "./to-spec.ts";

/**
 * A workflow: tasks, and what they wait for.
 *
 * @example
 * ```ts
 * const dag = new Dag("orders_daily", { schedule: "@daily", tags: ["orders"] });
 *
 * const extract = dag.task("extract", async () => 42);
 * const load = dag.task("load", async ({ rows }: { rows: number }) => ({ loaded: rows }));
 *
 * load({ rows: extract() });
 *
 * export default dag;
 * ```
 */
export class Dag {
  readonly dagId: string;
  readonly options: DagOptions;
  /** What was declared so far; for the machinery that reads and runs Dags. */
  readonly declarations: Declarations;
  /** Declares a task and gives the factory that places it. Nothing runs until a scheduler picks it up. */
  readonly task: DeclareTask;
  /** Declares a group of tasks. */
  readonly taskGroup: DeclareGroup;
  /** Declares a task that chooses one of two ways. */
  readonly if: DeclareIf;
  /** Declares a task that chooses one of several ways. */
  readonly switch: DeclareSwitch;

  constructor(dagId: string, options: DagOptions = {}) {
    const place = capturePlace();
    checkDagId(dagId, place);
    checkDagOptions(options, dagId, place);
    this.dagId = dagId;
    this.options = options;
    this.declarations = new Declarations(dagId, place);
    const scope = {
      declarations: this.declarations,
      groupId: null,
      prefix: "",
      defaultArgs: dropUndefined(options.defaultArgs ?? {}),
    };
    this.task = makeDeclareTask(scope);
    this.taskGroup = makeDeclareGroup(scope);
    this.if = makeDeclareIf(scope);
    this.switch = makeDeclareSwitch(scope);
    declared.add(this);
  }

  /** The Dag as data. Throws an `AirloomError` that names the place when it is not complete or not a graph. */
  toSpec(): DagSpec {
    return toDagSpec(this.declarations, this.options);
  }

  /**
   * Runs the Dag in this process, for tests: every task with the given variables and connections, no platform needed.
   *
   * @example
   * ```ts
   * const run = await dag.test({ conf: { day: "2026-11-22" } });
   * expect(run.results).toEqual({ extract: 42, load: { loaded: 42 } });
   * ```
   */
  test(options: TestOptions = {}): Promise<TestedRun> {
    return testRun(this, options);
  }
}

const declared = new Set<Dag>();

/** Every Dag made in this process, to tell an author of one that was not exported. */
export function getDeclaredDags(): readonly Dag[] {
  return [...declared];
}

/** Several Dags of one file, for those who like to list them. */
export class Bundle {
  readonly #dags: Dag[] = [];

  constructor(...members: readonly (Dag | TaskHandler)[]) {
    this.register(...members);
  }

  get dags(): readonly Dag[] {
    return this.#dags;
  }

  register(...members: readonly (Dag | TaskHandler)[]): this {
    this.#dags.push(...members.filter((member) => member instanceof Dag));
    return this;
  }

  /** Kept for files written for Airflow's SDK: here a file only has to export its Dags or its bundle. */
  async serve(): Promise<void> {
    served.add(this);
  }
}

const served = new Set<Bundle>();

/** The Dags that a module's exports and served bundles hold, each once. */
export function collectDags(module: object): readonly Dag[] {
  const found = new Set<Dag>();
  const collect = (value: unknown, depth: number): void => {
    if (value instanceof Dag) found.add(value);
    else if (value instanceof Bundle) for (const dag of value.dags) found.add(dag);
    else if (Array.isArray(value) && depth === 0) for (const item of value) collect(item, 1);
  };
  for (const value of Object.values(module)) collect(value, 0);
  for (const bundle of served) collect(bundle, 0);
  served.clear();
  return [...found];
}
