import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunDbtCloudJobOptions } from "@airloom/dbt-cloud";
import type { WireRun } from "@airloom/dbt-cloud/contract";
import { runDbtCloudJobIn } from "@airloom/dbt-cloud/testing";
import type { Operator } from "@airloom/sdk";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fault, FaultProxy } from "./fixtures/open-fault-proxy.ts";
import { type FaultyService, openFaultyService } from "./fixtures/open-faulty-service.ts";
import { openTask, type TestTask } from "./fixtures/open-task.ts";
import type { TestService } from "./fixtures/open-test-service.ts";
import { openTurnedTime, type TurnedTime } from "./fixtures/open-turned-time.ts";

const V2 = "/api/v2/accounts/16173";
const NODES = [{ name: "orders", type: "model" }];
const POST = new RegExp(`^POST ${V2}/jobs/\\d+/run/$`, "u");
const LIST = new RegExp(`^GET ${V2}/runs/$`, "u");
const RUN = new RegExp(`^GET ${V2}/runs/\\d+/$`, "u");
const CANCEL = /\/cancel\/$/u;
const RESULTS = /\/artifacts\//u;

let service: TestService;
let proxy: FaultProxy;
let listRuns: FaultyService["listRuns"];
let time: TurnedTime;
let task: TestTask;
let before: number;
let isScripted: boolean;
beforeAll(async () => {
  const opened = await openFaultyService();
  ({ service, proxy, listRuns } = opened);
  return opened.close;
});
beforeEach(async () => {
  proxy.plan(() => undefined);
  time = openTurnedTime(200);
  task = openTask(proxy.url, service.token, (signal) => time.open(signal));
  isScripted = false;
  before = (await listRuns())[0]?.id ?? 0;
});

/** Lets dbt run as scripted. */
async function script(content: object): Promise<void> {
  isScripted = true;
  await service.script({ nodes: NODES, ...content });
}

/** How the runs that this test brought about stand, oldest first. */
async function statuses(): Promise<readonly number[]> {
  const runs = (await listRuns()).filter((run) => run.id > before);
  return runs.map((run) => run.status).toReversed();
}

function operator(options: Partial<RunDbtCloudJobOptions> = {}): Operator {
  // A run that needs no dbt is over at once.
  const steps = isScripted ? {} : { stepsOverride: ["dbt deps"] };
  return runDbtCloudJobIn((signal) => time.open(signal), { jobId: 65767, ...steps, ...options });
}

function run(options: Partial<RunDbtCloudJobOptions> = {}): Promise<unknown> {
  return task.run(operator(options));
}

function record(): unknown {
  return task.state.get("dbt_cloud.run");
}

const page = (status: number, headers?: Record<string, string>): Fault => ({
  kind: "answer",
  status,
  body: "<html>Bad gateway</html>",
  ...(headers === undefined ? {} : { headers }),
});

/** From the first such request on, for that many seconds, whatever matches `also` fails too. */
function outage(first: RegExp, seconds: number, fault: Fault, also: RegExp = first) {
  let startedMs: number | undefined;
  return (request: string): Fault | undefined => {
    if (startedMs === undefined && first.test(request)) startedMs = time.nowMs;
    if (startedMs === undefined || time.nowMs - startedMs >= seconds * 1_000) return undefined;
    return also.test(request) ? fault : undefined;
  };
}

/** A list that shows nothing of the last `seconds`, counted from when a run was asked for. */
function laggingList(seconds: number, post: Fault) {
  let startedMs: number | undefined;
  return (request: string, count: number): Fault | undefined => {
    if (POST.test(request) && count === 1) {
      startedMs = time.nowMs;
      return post;
    }
    const isLate = startedMs !== undefined && time.nowMs - startedMs < seconds * 1_000;
    return isLate && LIST.test(request) ? hideNew() : undefined;
  };
}

function hideNew(): Fault {
  const change = (body: string): string => {
    const page = JSON.parse(body);
    return JSON.stringify({ ...page, data: page.data.filter(({ id }: WireRun) => id <= before) });
  };
  return { kind: "applied_then_change", change };
}

describe("a lost answer to the trigger (J9)", () => {
  test("followed by an outage of 60 s ends in exactly one watched run (J9)", async () => {
    const down = outage(POST, 60, page(503), /runs/u);
    proxy.plan((request) =>
      POST.test(request) ? (down(request), { kind: "applied_then_reset" }) : down(request),
    );
    await run();
    expect(await statuses()).toEqual([10]);
  });

  test.each([25, 300])("is found though the list lags by %d s (J9)", async (lagS) => {
    proxy.plan(laggingList(lagS, { kind: "applied_then_answer", status: 502, body: "<html>" }));
    await run();
    expect(await statuses()).toEqual([10]);
    expect(proxy.seen.filter((request) => POST.test(request))).toHaveLength(1);
  });

  test("is found though the list is away and then lags, together for longer than the patience (J9)", async () => {
    const down = outage(POST, 60, page(503), LIST);
    const late = outage(POST, 150, hideNew(), LIST);
    proxy.plan((request) => {
      const faults = [down(request), late(request)];
      return POST.test(request)
        ? { kind: "applied_then_reset" }
        : faults.find((fault) => fault !== undefined);
    });
    await run({ patience: 100 });
    expect(await statuses()).toEqual([10]);
  });

  test("followed by the death of its process in an outage is found by the next one (J9)", async () => {
    const down = outage(POST, 200, page(503), /runs/u);
    proxy.plan((request) =>
      POST.test(request) ? (down(request), { kind: "applied_then_hang" }) : down(request),
    );
    await expect(run({ patience: 50 })).rejects.toThrow(
      /Cannot tell whether a run of dbt job 65767 was started: .* could not be read for 50 s\. The next try looks for it/u,
    );
    expect(record()).toMatchObject({ phase: "intended", runId: null });
    await run();
    expect(await statuses()).toEqual([10]);
  });

  test("is looked for also after a try whose own request was refused (J9)", async () => {
    proxy.plan((request) => {
      if (POST.test(request)) return { kind: "applied_then_reset" };
      return LIST.test(request) ? page(503) : undefined;
    });
    await expect(run()).rejects.toThrow("Cannot tell whether a run of dbt job 65767 was started");
    proxy.plan((request) => {
      if (POST.test(request)) return page(404);
      return LIST.test(request) ? hideNew() : undefined;
    });
    proxy.keepsKeys = true;
    await expect(run()).rejects.toThrow("Cannot start dbt job 65767");
    expect(record()).toMatchObject({ phase: "intended" });
    proxy.plan(() => undefined);
    await run();
    expect(await statuses()).toEqual([10]);
  });

  test("is asked for again when no list showed a run for as long as patience goes (J9)", async () => {
    proxy.plan((request, count) => (POST.test(request) && count === 1 ? page(500) : undefined));
    const startedMs = time.nowMs;
    await run({ patience: 120 });
    expect(time.nowMs - startedMs).toBeGreaterThanOrEqual(120_000);
    expect(await statuses()).toEqual([10]);
  });

  test("is asked for again at once, under its key, where the service keeps keys (J9)", async () => {
    proxy.plan((request, count) => {
      if (!POST.test(request)) return undefined;
      return count === 1
        ? page(500)
        : count === 2
          ? { kind: "applied_then_reset" }
          : { kind: "twice" };
    });
    proxy.keepsKeys = true;
    await run();
    expect(await statuses()).toEqual([10]);
  });

  test("of a request that a gateway sent twice leaves one run, and stops the other (J9)", async () => {
    proxy.plan((request, count) => {
      if (!POST.test(request)) return undefined;
      return count === 1 ? { kind: "twice", change: () => '{"data":null}' } : undefined;
    });
    await run();
    expect((await statuses()).toSorted((one, other) => one - other)).toEqual([10, 30]);
  });

  test("that came to nothing is refused in words, and the next try does not look for it (J9)", async () => {
    proxy.plan((request, count) => (POST.test(request) && count === 1 ? page(400) : undefined));
    await expect(run()).rejects.toThrow("answered 400");
    expect(record()).toMatchObject({ phase: "refused" });
    await run();
    expect(await statuses()).toEqual([10]);
    expect(proxy.seen.some((request) => LIST.test(request))).toBe(false);
  });
});

describe("an outage shorter than the patience (J9)", () => {
  test.each<[string, Fault]>([
    ["too many requests", page(429, { "retry-after": "7" })],
    ["a broken connection", { kind: "reset" }],
    ["a gateway that answers pages", page(502)],
  ])("does not fail a task that starts its run: %s (J9)", async (_name, fault) => {
    proxy.plan(outage(POST, 60, fault));
    proxy.keepsKeys = true;
    await run();
    expect(await statuses()).toEqual([10]);
  });

  test.each<[string, Fault]>([
    ["500 with a page", page(500)],
    ["503", page(503, { "retry-after": "20" })],
    ["429", page(429, { "retry-after": "20" })],
    ["401, its token changed", page(401)],
    ["403", page(403)],
    ["404", page(404)],
    ["410", page(410)],
    ["a redirect to a page of maintenance", page(302, { location: "https://status.example.com/" })],
    ["half an answer", { kind: "applied_then_cut" }],
    ["a body that breaks off", { kind: "applied_then_break" }],
    ["a body that drips", { kind: "applied_then_drip" }],
    ["no answer", { kind: "applied_then_hang" }],
    ["a broken connection", { kind: "reset" }],
    ["another run", { kind: "answer", status: 200, body: '{"data":{"id":1,"status":20}}' }],
    ["a run without a status", { kind: "answer", status: 200, body: '{"data":{"id":1}}' }],
  ])("does not fail a task that watches its run: %s (J9)", async (_name, fault) => {
    const isSlow = fault.kind.endsWith("hang") || fault.kind.endsWith("drip");
    if (isSlow) time.requestDeadlineMs = 400;
    proxy.plan(outage(RUN, isSlow ? 5 : 300, fault));
    await run();
    expect(await statuses()).toEqual([10]);
    expect(proxy.seen.filter((request) => CANCEL.test(request))).toEqual([]);
  });

  test("does not hide the nodes of a run whose results are read in it (J9)", async () => {
    await script({});
    proxy.plan(outage(RESULTS, 200, page(502)));
    await run();
    expect(task.nodes.get("model.shop.orders")).toMatchObject({ state: "success" });
  });

  test("does not let a run go on whose time is up (J9)", async () => {
    await script({ gate: "/nowhere/gate" });
    proxy.plan(outage(CANCEL, 200, page(500), /runs\/\d/u));
    await expect(run({ timeout: 30 })).rejects.toThrow("was not over in time");
    expect(await statuses()).toEqual([30]);
    expect(record()).toMatchObject({ phase: "cancelled" });
  });
});

describe("an outage longer than the patience (J9)", () => {
  test("ends the watch in words, and the next try goes on with the same run (J9)", async () => {
    proxy.plan((request) => (RUN.test(request) ? page(503) : undefined));
    await expect(run({ patience: 100 })).rejects.toThrow(
      /Cannot watch dbt run \d+: dbt Cloud gave no usable answer for 100 s, the patience of this task\. GET .* answered 503\. The run may still be running, and the next try of this task goes on with it\.\n.*\/#\/accounts\/16173/u,
    );
    expect(record()).toMatchObject({ phase: "unseen" });
    proxy.plan(() => undefined);
    await run();
    expect(await statuses()).toEqual([10]);
  });

  test("of the start ends in words, without a run (J9)", async () => {
    proxy.plan((request) => (POST.test(request) ? page(429) : undefined));
    await expect(run({ patience: 100 })).rejects.toThrow(
      /dbt Cloud gave no usable answer for 100 s, the patience of this task: POST .* answered 429/u,
    );
    expect(await statuses()).toEqual([]);
  });

  test("is as long as the connection says where the task says nothing, and bad words are refused (J9)", async () => {
    task.connection = { ...task.connection, extra: '{"patience": "70"}' };
    proxy.plan((request) => (RUN.test(request) ? page(503) : undefined));
    await expect(run()).rejects.toThrow("no usable answer for 70 s");
    task.connection = { ...task.connection, extra: '{"patience": "long"}' };
    await expect(run()).rejects.toThrow(
      'Cannot use connection "dbt_cloud_default": Patience "long" is no number of seconds such as 600',
    );
    await service.settle(Number((await listRuns())[0]?.id));
  });
});

describe("a run that is answered as not there (J9)", () => {
  /** As dbt Cloud does once a run was deleted: neither it nor a list shows it. */
  const deleted = (request: string): Fault | undefined => {
    if (/runs\/\d+\//u.test(request)) return page(404);
    return LIST.test(request) ? hideNew() : undefined;
  };

  test("and in no list is gone: cancelled once, said so, and the next try starts anew (J9)", async () => {
    proxy.plan(deleted);
    await expect(run({ patience: 100 })).rejects.toThrow(
      /dbt run \d+ is gone: it was deleted from job 65767\. The next try starts anew\./u,
    );
    expect(proxy.seen.filter((request) => CANCEL.test(request))).toHaveLength(1);
    expect(record()).toMatchObject({ phase: "gone" });
    proxy.plan(() => undefined);
    await run();
    expect(await statuses()).toEqual([10, 10]);
  });

  test("but in the list cannot be found: said so, stopped by the next try, which starts anew (J9)", async () => {
    await script({ gate: "/nowhere/gate" });
    proxy.plan((request) => (/runs\/\d+\//u.test(request) ? page(404) : undefined));
    await expect(run({ patience: 100 })).rejects.toThrow(
      /dbt run \d+ cannot be found: nothing says that it was deleted from job 65767\. It may still be running\./u,
    );
    expect(record()).toMatchObject({ phase: "unfound" });
    proxy.plan(() => undefined);
    await script({});
    await run();
    expect(await statuses()).toEqual([30, 10]);
  });

  test("and pushed off the list by a hundred newer ones cannot be found: nothing says that it was deleted (J9)", async () => {
    const change = (body: string): string => {
      const page = JSON.parse(body);
      const data = Array.from({ length: 100 }, (_, at) => ({ ...page.data[0], id: 900_000 - at }));
      return JSON.stringify({ ...page, data });
    };
    proxy.plan((request) =>
      LIST.test(request) ? { kind: "applied_then_change", change } : deleted(request),
    );
    await expect(run({ patience: 100 })).rejects.toThrow(
      /dbt run \d+ cannot be found: nothing says that it was deleted from job 65767\./u,
    );
    expect(record()).toMatchObject({ phase: "unfound" });
    await service.settle(Number((await listRuns())[0]?.id));
  });

  test("nor its account may be the token's fault, and is not asked for again for ever (J9)", async () => {
    proxy.plan((request) =>
      request.startsWith("GET") || CANCEL.test(request) ? page(404) : undefined,
    );
    await expect(run({ patience: 100 })).rejects.toThrow(
      /cannot be found: account 16173 is not shown either; it was deleted, or the token of connection "dbt_cloud_default" may no longer see it/u,
    );
    const looks = proxy.seen.filter((request) => RUN.test(request)).length;
    await expect(run({ patience: 100 })).rejects.toThrow("cannot be found");
    // Watching takes a few looks more or fewer, by what the budget of requests leaves; a second watch as many again.
    expect(proxy.seen.filter((request) => RUN.test(request)).length).toBeLessThan(2.5 * looks);
    expect(await statuses()).toHaveLength(2);
    for (const { id } of await listRuns()) await service.settle(id);
  });

  test("because its job was deleted is gone, with the job's number (J9)", async () => {
    proxy.plan((request) => (request === `GET ${V2}/jobs/65767/` ? page(404) : deleted(request)));
    await expect(run({ patience: 100 })).rejects.toThrow(
      /dbt run \d+ is gone: its job 65767 was deleted\. The next try starts anew\./u,
    );
    expect(record()).toMatchObject({ phase: "gone" });
    await service.settle(Number((await listRuns())[0]?.id));
  });

  test("or cancelled, because its job was deleted while it ran, ends its task (J9)", async () => {
    await script({ gate: "/nowhere/gate" });
    const job = (await service.ask<WireRun & { name: string }>("GET", `${V2}/jobs/65767/`)).body
      .data;
    const copy = await service.ask<{ id: number }>("POST", `${V2}/jobs/`, { ...job, id: null });
    const { id } = copy.body.data;
    const done = run({ jobId: id, patience: 100 }).catch(String);
    while (!task.xcoms.has("job_run_url")) await new Promise((next) => setTimeout(next, 10));
    await service.ask("DELETE", `${V2}/jobs/${id}/`);
    expect(await done).toMatch(new RegExp(`is gone: its job ${id} was deleted|was cancelled`, "u"));
  });
});

describe("a run that was not seen to stop (J9)", () => {
  test("is not recorded as cancelled: its task says so, and the next try stops it first (J9)", async () => {
    await script({ gate: "/nowhere/gate" });
    proxy.plan((request) => (CANCEL.test(request) ? page(500) : undefined));
    await expect(run({ timeout: 30, patience: 60 })).rejects.toThrow(
      /was not over in time \(until .*\); dbt run \d+ was told to stop but was not seen to: it may still be running, and the next try of this task cancels it before it starts another\. .* answered 500[\s\S]*\n.*\/#\/accounts\/16173/u,
    );
    expect(record()).toMatchObject({ phase: "not_stopped" });
    await expect(run({ patience: 60 })).rejects.toThrow(
      /Cannot start another run of dbt job 65767: dbt run \d+ was told to stop but was not seen to/u,
    );
    expect(await statuses()).toHaveLength(1);
    proxy.plan(() => undefined);
    await script({});
    await run();
    expect(await statuses()).toEqual([30, 10]);
  });

  test("because its task was stopped while the cancel failed is kept as that (J9)", async () => {
    const pidFile = join(service.dataDir, "pid-kill-not-stopped");
    await script({ gate: "/nowhere/gate", pidFile });
    proxy.plan((request) => (CANCEL.test(request) ? page(500) : undefined));
    const killed = operator();
    const done = task.run(killed).catch(String);
    while (!existsSync(pidFile)) await new Promise((next) => setTimeout(next, 10));
    await task.kill(killed);
    await done;
    expect(record()).toMatchObject({ phase: "not_stopped" });
    expect(task.log.join("\n")).toMatch(
      /warning dbt run \d+ was told to stop but was not seen to/u,
    );
    await service.ask("POST", `${V2}/runs/${Number((await listRuns())[0]?.id)}/cancel/`);
    await service.settle(Number((await listRuns())[0]?.id));
  });

  test("is stopped when its task is stopped while the trigger is under way (J9)", async () => {
    await script({ gate: "/nowhere/gate" });
    time.speed = 2;
    const killed = operator();
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    proxy.plan((request) => {
      if (POST.test(request)) asked();
      return LIST.test(request) ? hideNew() : undefined;
    });
    const done = task.run(killed).catch(String);
    await isAsked;
    await task.kill(killed);
    await done;
    expect(await statuses()).toEqual([30]);
  });
});

describe("a dbt run whose trigger broke (J9)", () => {
  test("is watched by the task itself, to its end (J9)", async () => {
    const gate = join(service.dataDir, "gate-broken-trigger");
    await script({ gate });
    const broken = operator();
    task.breaksTrigger = true;
    const done = task.run(broken);
    while (!task.xcoms.has("job_run_url")) await new Promise((next) => setTimeout(next, 10));
    await writeFile(gate, "");
    await done;
    expect(await statuses()).toEqual([10]);
  });

  test("is taken for over only when it is, whatever status dbt Cloud comes up with (J9)", async () => {
    const odd = (body: string): string => {
      const { data, ...rest } = JSON.parse(body);
      return JSON.stringify({
        ...rest,
        data: {
          ...data,
          id: String(data.id),
          status: 77,
          is_complete: false,
          is_success: false,
          is_error: false,
          is_cancelled: false,
        },
      });
    };
    proxy.plan(outage(RUN, 700, { kind: "applied_then_change", change: odd }));
    await run();
    expect(await statuses()).toEqual([10]);
  });
});
