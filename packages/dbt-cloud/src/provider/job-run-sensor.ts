import {
  AirloomError,
  defer,
  defineOperator,
  defineTrigger,
  type Operator,
  refuseUnknownOptions,
  type Templated,
} from "@airloom/sdk";
import { parseConnection } from "../connection.ts";
import { readNumber, readRecord, readText } from "../contract/json-read.ts";
import { openWallTiming } from "../http/timing.ts";
import { type FollowInput, followRun } from "./follow-run.ts";
import { readOptionalId, readPatience } from "./job-fields.ts";
import { RENAMED } from "./renamed-options.ts";

/** What `dbtCloudJobRunSensor` is told. */
export interface DbtCloudJobRunSensorOptions {
  readonly runId: Templated<number | string>;
  /** @default "dbt_cloud_default" */
  readonly connectionId?: Templated<string>;
  /** @default the Account ID of the connection */
  readonly accountId?: Templated<number | string>;
  /** Longest time between two looks, in seconds. @default 5 */
  readonly pokeInterval?: number;
  /** Seconds for which an outage of dbt Cloud is waited out. @default the Patience of the connection, or else 600 */
  readonly patience?: number;
  /** Seconds. The run itself goes on. @default 604800, seven days */
  readonly timeout?: number;
  /** @default true */
  readonly deferrable?: boolean;
}

/** Waits in the triggerer for a run that somebody else started. */
export const waitForRunTrigger = defineTrigger<FollowInput>(
  "dbt_cloud.wait_for_run",
  (input, context) => followRun(input, context),
);

type SensorFields = {
  readonly runId: number | string;
  readonly connectionId: string;
  readonly accountId: number | string | null;
  readonly pokeInterval: number;
  readonly timeout: number;
  readonly patience: number | null;
  readonly deferrable: boolean;
};

const OPTIONS = {
  runId: true,
  connectionId: true,
  accountId: true,
  pokeInterval: true,
  patience: true,
  timeout: true,
  deferrable: true,
} satisfies Record<keyof DbtCloudJobRunSensorOptions, true>;

/**
 * Waits until a dbt Cloud run has succeeded; fails when it failed or was cancelled.
 *
 * @example
 * ```ts
 * const done = dag.task("wait", dbtCloudJobRunSensor({ runId: "{{ ti.xcom_pull('start') }}" }));
 * ```
 */
export function dbtCloudJobRunSensor(
  options: DbtCloudJobRunSensorOptions,
): Operator<Readonly<Record<never, never>>, boolean> {
  refuseUnknownOptions(options, OPTIONS, {
    of: "dbtCloudJobRunSensor()",
    from: import.meta.url,
    renamed: RENAMED,
  });
  return defineOperator<SensorFields, boolean>({
    name: "dbt_cloud_job_run_sensor",
    fields: {
      runId: options.runId,
      connectionId: options.connectionId ?? "dbt_cloud_default",
      accountId: options.accountId ?? null,
      pokeInterval: options.pokeInterval ?? 5,
      timeout: options.timeout ?? 604_800,
      patience: options.patience ?? null,
      deferrable: options.deferrable ?? true,
    },
    execute: async (context, { fields }) => {
      const connection = await context.client.getConnectionOrThrow(fields.connectionId);
      const patienceS = readPatience(fields) ?? parseConnection(connection).patienceS;
      const input = { ...buildInput(fields), patienceS };
      if (fields.deferrable !== false) defer(waitForRunTrigger.with(input));
      return judgeEnd(
        await followRun(input, {
          ...openWallTiming(context.signal),
          signal: context.signal,
          log: context.log,
          client: context.client,
        }),
      );
    },
    resume: (_context, { resumption }) => {
      if (resumption.kind === "event") return judgeEnd(resumption.payload);
      throw new AirloomError(
        resumption.kind === "timeout" ? "timeout" : "trigger.failed",
        resumption.kind === "timeout"
          ? "The dbt run was not over when the wait for it timed out"
          : `Cannot watch the dbt run: ${resumption.message}`,
      );
    },
  });
}

function buildInput(
  fields: { readonly [Name in keyof SensorFields]: SensorFields[Name] | string },
): FollowInput {
  const runId = readOptionalId(fields, "runId");
  if (runId === null)
    throw new AirloomError("input.invalid", "Cannot wait for a dbt run: runId is empty");
  const timeoutS = readNumber(fields.timeout) ?? 604_800;
  return {
    connectionId: fields.connectionId,
    accountId: readOptionalId(fields, "accountId"),
    runId,
    checkIntervalS: readNumber(fields.pokeInterval) ?? 5,
    deadlineAt: new Date(Date.now() + timeoutS * 1_000).toISOString(),
    isOwner: false,
  };
}

function judgeEnd(payload: unknown): boolean {
  const end = readRecord(payload);
  if (end["status"] === "success") return true;
  throw new AirloomError(
    end["status"] === "timeout" ? "timeout" : "trigger.failed",
    readText(end["message"]) ?? "The dbt run did not succeed",
  );
}
