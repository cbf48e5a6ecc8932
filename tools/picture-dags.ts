const HOUR_MS = 3_600_000;
const HOURS = 12;

/** Dag files that stand beside the guide's in the pictures: each is in another state. */
export function pictureDags(now: Date): Readonly<Record<string, string>> {
  const lastHour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  const startDate = new Date(lastHour - HOURS * HOUR_MS).toISOString();
  return {
    "airport_weather_ingest.ts": weather(startDate),
    "fuel_price_load.ts": fuelPrices(startDate),
    "gate_assignment_stream.ts": GATES,
    "maintenance_forecast.ts": FORECAST,
    "carrier_delay_features.ts": CYCLE,
  };
}

/** Caught up half a day; failed at some hours. */
function weather(startDate: string): string {
  return `import { Dag, getContext, TaskFailed } from "airloom";

const dag = new Dag("airport_weather_ingest", {
  description: "Observations of every airport, once an hour",
  schedule: "5 * * * *",
  startDate: new Date("${startDate}"),
  catchup: true,
  maxActiveRuns: 2,
  isPausedUponCreation: false,
  tags: ["ingest", "hourly"],
  defaultArgs: { owner: "ingestion" },
});

const fetchObservations = dag.task("fetch_observations", async () => {
  const hour = getContext().logicalDate?.getUTCHours() ?? 0;
  if (hour % 5 === 2) throw new TaskFailed("The weather feed answered 503 Service Unavailable");
  return { stations: 512 };
});

const saveObservations = dag.task(
  "save_observations",
  async ({ fetched }: { fetched: { stations: number } }) => {
    console.log(\`Saved \${fetched.stations} observations\`);
  },
);

saveObservations({ fetched: fetchObservations() });

export default dag;
`;
}

/** Failed every time of late. */
function fuelPrices(startDate: string): string {
  return `import { Dag, TaskFailed } from "airloom";

const dag = new Dag("fuel_price_load", {
  schedule: "20 */3 * * *",
  startDate: new Date("${startDate}"),
  catchup: true,
  isPausedUponCreation: false,
  tags: ["ingest"],
  defaultArgs: { owner: "ingestion" },
});

dag.task("fetch", async () => {
  throw new TaskFailed("503 Service Unavailable from fuel_api");
})();

export default dag;
`;
}

/** Runs for as long as the pictures take. */
const GATES = `import { Dag } from "airloom";

const dag = new Dag("gate_assignment_stream", {
  tags: ["ingest"],
  isPausedUponCreation: false,
  defaultArgs: { owner: "ingestion" },
});

dag.task("follow_gates", async () => {
  console.log("Following 1,204 gates");
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
})();

export default dag;
`;

const FORECAST = `import { Dag } from "airloom";

const dag = new Dag("maintenance_forecast", {
  schedule: "0 4 * * *",
  tags: ["ml"],
  isPausedUponCreation: true,
  defaultArgs: { owner: "ml" },
});

dag.task("forecast", async () => ({ parts: 318 }))();

export default dag;
`;

/** Cannot be read: its tasks wait for each other. */
const CYCLE = `import { Dag } from "airloom";

const dag = new Dag("carrier_delay_features", { schedule: "@daily", tags: ["ml"] });

const prepare = dag.task("prepare", async () => undefined);
const combine = dag.task("combine", async () => undefined);

const prepared = prepare();
const combined = combine().after(prepared);
prepared.after(combined);

export default dag;
`;
