import type { Store } from "@airloom/core";
import { describe } from "vitest";
import { addDagTo } from "./store-suite/add-dag.ts";
import { describeAccessStore } from "./store-suite/describe-access.ts";
import { describeAttempts } from "./store-suite/describe-attempts.ts";
import { describeConfig } from "./store-suite/describe-config.ts";
import { describeDags } from "./store-suite/describe-dags.ts";
import { describeGrantStore } from "./store-suite/describe-grants.ts";
import { describeHealth } from "./store-suite/describe-health.ts";
import { describeLimits } from "./store-suite/describe-limits.ts";
import { describeOverview } from "./store-suite/describe-overview.ts";
import { describePages } from "./store-suite/describe-pages.ts";
import { describeRuns } from "./store-suite/describe-runs.ts";
import { describeTransitions } from "./store-suite/describe-transitions.ts";
import type { RunningHarness } from "./store-suite/harness.ts";

/** What every adapter that moves runs must do: transitions, limits, runs. `open` gives an empty store each time. */
export function describeRunningStore(
  adapterName: string,
  open: () => Promise<RunningHarness>,
): void {
  describe(adapterName, () => {
    describeTransitions(open);
    describeLimits(open);
    describeRuns(open);
  });
}

/** What every adapter of the whole `Store` must do. `open` gives an empty store each time, with `env` as its environment. */
export function describeStore(
  adapterName: string,
  open: (env?: Readonly<Record<string, string>>) => Promise<Store>,
): void {
  describeRunningStore(adapterName, async () => {
    const store = await open();
    return { store, addDag: (spec) => addDagTo(store, spec) };
  });
  describe(adapterName, () => {
    describeDags(open);
    describeAttempts(open);
    describePages(open);
    describeOverview(open);
    describeConfig(open);
    describeHealth(open);
  });
  describeAccessStore(adapterName, open);
  describeGrantStore(adapterName, async () => {
    const store = await open();
    return { store, addDag: (spec) => addDagTo(store, spec) };
  });
}
