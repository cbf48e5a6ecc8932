import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readNumber, readRecord, readText } from "@airloom/dbt-cloud/contract";
import { buildArguments } from "../domain/command.ts";
import { whileAway } from "../while-away.ts";
import { clearResults } from "./collect-artifacts.ts";
import { giveFolder } from "./give-folder.ts";
import type { RunnerPorts } from "./run-context.ts";
import { saveArtifacts } from "./save-artifacts.ts";
import { type ChildEnd, startStepChild } from "./step-child.ts";
import { buildEnvironment } from "./step-environment.ts";
import { getProjectDir, type StepJob, type StepOutcome, writeRetryState } from "./step-job.ts";
import { type ExceededLimit, watchStep } from "./watch-step.ts";

const MAX_KILLS = 3;
const LOCK_WAIT_MS = 30_000;
const LOCK_PAUSE_MS = 500;
const IS_LOCKED = /conflicting lock is held|could not set lock on file/iu;

/** Runs one dbt command in a child and keeps what it leaves behind. */
export async function runDbt(ports: RunnerPorts, job: StepJob): Promise<StepOutcome> {
  if (job.planned.command === "dbt deps" && !namesPackages(getProjectDir(job))) {
    job.log.line("The project has no packages.yml and no dependencies.yml: nothing to install");
    return "success";
  }
  const targetDir = join(getProjectDir(job), "target");
  await clearResults(targetDir, job.folders.code);
  await writeRetryState(ports, job);
  if (job.planned.resume !== null) {
    job.log.line(
      `This run resumed execution from the last failed step of run ${job.planned.resume.runId}`,
    );
  }
  const end = await runUntilItEnds(ports, job);
  if (job.signals.shutdown.aborted) return "interrupted";
  await saveArtifacts(ports, job, targetDir);
  if (job.signals.cancel.aborted) return "cancelled";
  return end.kind === "exit" && end.code === 0 ? "success" : "error";
}

// Starting dbt to hear that it has nothing to do would cost every run the better part of a second.
function namesPackages(projectDir: string): boolean {
  return ["packages.yml", "dependencies.yml"].some((name) => existsSync(join(projectDir, name)));
}

// A child that somebody else killed, or that found the database locked, says nothing about the project: it runs again.
async function runUntilItEnds(ports: RunnerPorts, job: StepJob): Promise<StepEnd> {
  let lockedMs = 0;
  for (;;) {
    const end = await runChild(ports, job);
    if (job.signals.shutdown.aborted || job.signals.cancel.aborted) return end;
    if (end.kind === "over_limit") {
      job.log.line(end.limit.message);
      return end;
    }
    if (end.kind === "not_started") {
      job.log.line(`Cannot start dbt as "${ports.dbtCommand.file}": ${end.message}`);
      return end;
    }
    if (end.kind === "signal") {
      // Counted twice after a lost answer, it would only give up a little earlier.
      const kills = await whileAway(() => ports.steps.countKill(job.row.id));
      if (kills > MAX_KILLS) {
        job.log.line(`dbt was killed by ${end.signal} once more: giving up after ${kills} times`);
        return end;
      }
      job.log.line(
        `dbt was killed by ${end.signal} from outside: starting the step again (${kills} of ${MAX_KILLS})`,
      );
      continue;
    }
    if (end.code === 0 || !IS_LOCKED.test(job.log.tail) || lockedMs >= LOCK_WAIT_MS) return end;
    lockedMs += LOCK_PAUSE_MS;
    job.log.line("Another process holds the database file: trying again");
    await sleep(LOCK_PAUSE_MS, undefined, { signal: job.signals.cancel }).catch(() => undefined);
  }
}

type StepEnd = ChildEnd | { readonly kind: "over_limit"; readonly limit: ExceededLimit };

async function runChild(ports: RunnerPorts, job: StepJob): Promise<StepEnd> {
  let printedBytes = 0;
  let limit: ExceededLimit | undefined;
  let stopWatching = (): void => undefined;
  if (ports.dbtAccount !== null) await giveFolder(job.folders.root, ports.dbtAccount);
  const child = startStepChild({
    file: ports.dbtCommand.file,
    args: [...ports.dbtCommand.args, ...getDbtArguments(job)],
    cwd: getProjectDir(job),
    env: buildEnvironment(ports, job),
    account: ports.dbtAccount,
    onOutput: (text) => {
      printedBytes += text.length;
      job.log.write(text);
    },
  });
  const onCancel = (): void => child.stop(ports.killAfterMs);
  const onShutdown = (): void => child.stop(0);
  job.signals.cancel.addEventListener("abort", onCancel);
  job.signals.shutdown.addEventListener("abort", onShutdown);
  try {
    if (job.signals.shutdown.aborted) onShutdown();
    else if (job.signals.cancel.aborted) onCancel();
    const { processGroup } = child;
    if (processGroup !== null) {
      stopWatching = watchStep(
        { processGroup, folder: job.folders.code, getPrintedBytes: () => printedBytes },
        ports.cage.limits,
        (exceeded) => {
          limit = exceeded;
          // Memory goes faster than anybody can tidy up.
          child.stop(exceeded.key === "memoryMb" ? 0 : ports.killAfterMs);
        },
      );
      await whileAway(() => ports.steps.saveProcessGroup(job.row.id, processGroup));
    }
    const end = await child.ended;
    return limit === undefined ? end : { kind: "over_limit", limit };
  } catch (error) {
    // Nobody would look after it.
    child.stop(0);
    await child.ended;
    throw error;
  } finally {
    stopWatching();
    job.signals.cancel.removeEventListener("abort", onCancel);
    job.signals.shutdown.removeEventListener("abort", onShutdown);
  }
}

function getDbtArguments(job: StepJob): readonly string[] {
  const { run, planned, folders } = job;
  const settings = readRecord(run.job["settings"]);
  const target =
    readText(run.overrides["target_name_override"]) ?? readText(settings["target_name"]);
  const given = {
    threads: readNumber(run.overrides["threads_override"]) ?? readNumber(settings["threads"]),
    target: target === "default" ? null : target,
  };
  if (planned.resume !== null) {
    return buildArguments(`dbt retry --state "${folders.state}"`, { ...given, target: null });
  }
  return buildArguments(planned.command ?? "dbt build", given);
}
