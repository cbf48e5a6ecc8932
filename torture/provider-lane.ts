import type { RunDbtCloudJobOptions } from "@airloom/dbt-cloud";
import { runDbtCloudJobIn } from "@airloom/dbt-cloud/testing";
import {
  type Fault,
  openFaultProxy,
} from "../packages/dbt-service/src/fixtures/open-fault-proxy.ts";
import { openTask, type TestTask } from "../packages/dbt-service/src/fixtures/open-task.ts";
import { openTurnedTime } from "../packages/dbt-service/src/fixtures/open-turned-time.ts";
import { openRandom } from "./random.ts";

type Random = ReturnType<typeof openRandom>;

const POST = /^POST .*\/jobs\/\d+\/run\/$/u;
const LIST = /^GET .*\/runs\/$/u;
const PHASES = [
  POST,
  LIST,
  /^GET .*\/runs\/\d+\/$/u,
  /\/cancel\/$/u,
  /\/artifacts\//u,
  /^(?!POST .*\/run\/$)/u,
] as const;
const PATIENCE_S = 120;
const LONGEST_OUTAGE_S = 90;
const TRIES = 4;
/** How long a gateway lets a request hang before it breaks the connection. */
const SLOW_MS = 300;
/** Seconds of the provider's time in one of the wall. */
const FAST = 1_000;

/** One task of the torture after all its tries, as it says of itself. */
export interface Tortured {
  readonly name: string;
  readonly end: "success" | "failed";
  readonly messages: readonly string[];
  readonly phase: string;
  readonly runId: number | null;
  /** Every intent to start a run, by its marker, with the phase it was last noted in. */
  readonly markers: ReadonlyMap<string, string>;
  readonly tries: number;
  readonly faults: number;
}

/** What one task is put through, all of it out of one seed. */
interface Ordeal {
  readonly options: RunDbtCloudJobOptions;
  readonly keepsKeys: boolean;
  readonly lagS: number;
  readonly kills: number;
  readonly diesAt: number;
  readonly outages: readonly Outage[];
}

interface Outage {
  readonly phase: RegExp;
  readonly seconds: number;
  readonly fault: Fault;
}

/** Runs one task against the service, its tries included, behind a proxy that fails as the seed says. */
export async function tortureTask(
  service: { readonly url: string; readonly token: string },
  given: { readonly name: string; readonly jobId: number; readonly seed: number },
): Promise<Tortured> {
  const random = openRandom(given.seed);
  const ordeal = planOrdeal(random, given.jobId);
  const time = openTurnedTime(FAST);
  // A request that is only slow on this machine must not count as lost: in turned time it would take effect days later.
  time.requestDeadlineMs = 30_000;
  const proxy = await openFaultProxy(() => service.url);
  const task = openTask(proxy.url, service.token, (signal) => time.open(signal));
  const markers = watchMarkers(task, ordeal, random);
  let faults = 0;
  const decide = makeDecider(ordeal, () => time.nowMs);
  proxy.plan((request, count) => {
    const fault = decide(request, count);
    if (fault !== undefined) faults += 1;
    return fault;
  });
  proxy.keepsKeys = ordeal.keepsKeys;
  const operator = runDbtCloudJobIn((signal) => time.open(signal), ordeal.options);
  const messages: string[] = [];
  let end: Tortured["end"] = "failed";
  let tries = 0;
  for (; tries < TRIES && end === "failed"; tries += 1) {
    // The last try finds dbt Cloud well: what then is left is left for good.
    if (tries === TRIES - 1) {
      proxy.plan(() => undefined);
      time.speed = 50;
    }
    task.renew();
    const isKilled = tries < ordeal.kills;
    const done = task.run(operator).then(
      () => "success" as const,
      (error: unknown) => {
        messages.push(error instanceof Error ? error.message : String(error));
        return "failed" as const;
      },
    );
    if (isKilled) {
      await Promise.race([done, new Promise((next) => setTimeout(next, random.below(400)))]);
      time.speed = 10;
      await task.kill(operator).catch((error: unknown) => messages.push(String(error)));
      time.speed = FAST;
    }
    end = await done;
    // Its run has ended, and was seen to: another try would only be another task.
    if (/"phase":"(?:error|cancelled)"/u.test(JSON.stringify(task.state.get("dbt_cloud.run")))) {
      tries += 1;
      break;
    }
  }
  await proxy.close();
  const record = JSON.parse(JSON.stringify(task.state.get("dbt_cloud.run") ?? {}));
  return {
    name: given.name,
    end,
    messages,
    phase: String(record.phase),
    runId: record.runId ?? null,
    markers,
    tries,
    faults,
  };
}

function planOrdeal(random: Random, jobId: number): Ordeal {
  const command = random.pick([
    ...Array.from({ length: 8 }, () => "dbt deps"),
    "dbt build -s fails",
    "dbt build -s hangs",
  ]);
  const outages = Array.from({ length: 1 + random.below(4) }, () => ({
    phase: random.pick(PHASES) ?? POST,
    seconds: 1 + random.below(LONGEST_OUTAGE_S),
    fault: pickFault(random),
  }));
  return {
    options: {
      jobId,
      stepsOverride: [command ?? "dbt deps"],
      patience: PATIENCE_S,
      deferrable: random.below(2) === 0,
      timeout: command?.endsWith("hangs") === true ? 60 : 20_000,
    },
    keepsKeys: random.below(2) === 0,
    lagS: random.below(3) === 0 ? 0 : random.below(90),
    kills: random.below(5) === 0 ? 1 : 0,
    diesAt: random.below(4) === 0 ? 1 + random.below(6) : 0,
    outages,
  };
}

function pickFault(random: Random): Fault {
  const status = random.pick([500, 502, 503, 429, 404, 401, 403]) ?? 500;
  const seconds = String(random.below(30));
  const page = {
    kind: "answer",
    status,
    body: "<html>",
    headers: { "retry-after": seconds },
  } as const;
  return (
    random.pick<Fault>([
      page,
      page,
      { kind: "applied_then_answer", status: 502, body: "<html>" },
      { kind: "applied_then_answer", status: 200, body: "<html>" },
      { kind: "applied_then_reset" },
      { kind: "applied_then_cut" },
      { kind: "applied_then_break" },
      { kind: "applied_then_drip", forMs: SLOW_MS },
      { kind: "applied_then_hang", forMs: SLOW_MS },
      { kind: "hang", forMs: SLOW_MS },
      { kind: "reset" },
      { kind: "twice" },
    ]) ?? page
  );
}

/** Each outage begins with the first request of its phase; the list does not show what is younger than its lag. */
function makeDecider(
  ordeal: Ordeal,
  nowMs: () => number,
): (request: string, count: number) => Fault | undefined {
  const begun = new Map<Outage, number>();
  const madeAt = new Map<number, number>();
  let askedAtMs = 0;
  let slow = 0;
  return (request) => {
    if (POST.test(request)) askedAtMs = nowMs();
    for (const outage of ordeal.outages) {
      if (!outage.phase.test(request)) continue;
      const sinceMs = begun.get(outage) ?? nowMs();
      begun.set(outage, sinceMs);
      if (nowMs() - sinceMs >= outage.seconds * 1_000) continue;
      // A wait for an answer costs time of the wall: a few of them say as much as many.
      const isSlow = /hang|drip/u.test(outage.fault.kind);
      if (isSlow && ++slow > 3) continue;
      // Without keys nobody can tell a request that a gateway doubled from two.
      if (outage.fault.kind === "twice" && POST.test(request) && !ordeal.keepsKeys) continue;
      return outage.fault;
    }
    if (LIST.test(request) && ordeal.lagS > 0) {
      return { kind: "applied_then_change", change: (body) => hideYoung(body) };
    }
    return undefined;
  };

  function hideYoung(body: string): string {
    try {
      const page = JSON.parse(body);
      const data = page.data.filter(({ id }: { readonly id: number }) => {
        const sinceMs = madeAt.get(id) ?? askedAtMs;
        madeAt.set(id, sinceMs);
        return nowMs() - sinceMs >= ordeal.lagS * 1_000;
      });
      return JSON.stringify({ ...page, data });
    } catch {
      return body;
    }
  }
}

/** Keeps every marker that was saved, and lets the process die once as it saves. */
function watchMarkers(task: TestTask, ordeal: Ordeal, random: Random): Map<string, string> {
  const markers = new Map<string, string>();
  let saves = 0;
  const isBefore = random.below(2) === 0;
  const set = task.state.set.bind(task.state);
  task.state.set = (key, value) => {
    const marker = /"marker":"(?<marker>[^"]+)"/u.exec(JSON.stringify(value))?.groups?.["marker"];
    const phase = /"phase":"(?<phase>[^"]+)"/u.exec(JSON.stringify(value))?.groups?.["phase"];
    if (marker !== undefined) markers.set(marker, phase ?? "");
    set(key, value);
    // Dies after the save took effect.
    if (!isBefore && marker !== undefined && ++saves === ordeal.diesAt) throw new Error("died");
    return task.state;
  };
  task.dies = (call, key) =>
    isBefore && call === "setTaskState" && key === "dbt_cloud.run" && ++saves === ordeal.diesAt;
  return markers;
}
