import type { AccessStore } from "./access-store.ts";
import type { AttemptStore } from "./attempt-store.ts";
import type { ConfigStore } from "./config-store.ts";
import type { DagStore } from "./dag-store.ts";
import type { GrantStore } from "./grant-store.ts";
import type { HealthStore } from "./health-store.ts";
import type { OverviewStore } from "./overview-store.ts";
import type { RunStore } from "./run-store.ts";
import type { XComStore } from "./xcom-store.ts";

/** Everything that is kept. Every adapter must pass `describeStore` of the testkit. */
export interface Store
  extends DagStore,
    RunStore,
    XComStore,
    AttemptStore,
    ConfigStore,
    AccessStore,
    GrantStore,
    HealthStore,
    OverviewStore {
  close(): Promise<void>;
}
