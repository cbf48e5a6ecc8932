import type { UiHome } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { homeQuery } from "../api/queries.ts";
import { renderMoment } from "../format/time.ts";
import { StateIcon } from "../states/state-icon.tsx";
import { TASK_LOOKS } from "../states/task-state.ts";
import { useApi, useConfig, useConnection, useNow } from "./services.ts";
import { Instant } from "./time.tsx";

/** Said on every page, above everything: the server is away, is back, or a part of it is down. */
export function ConnectionBanner() {
  const connection = useConnection();
  const now = useNow();
  const isPlatform = useConfig() !== undefined;
  if (connection.kind === "lost") {
    const since = renderMoment(connection.since.toISOString(), now);
    return (
      <div className="banner bad" role="alert">
        <StateIcon look={TASK_LOOKS.failed} isDecoration />
        <span>
          <b>The server does not answer since {since} UTC.</b> What is shown is as it was then. The
          page tries again every second.
        </span>
      </div>
    );
  }
  if (connection.kind === "back") {
    return (
      <output className="banner good">
        <StateIcon look={TASK_LOOKS.success} isDecoration />
        <span>
          <b>The server is back.</b> Everything on this page was read again.
        </span>
      </output>
    );
  }
  return isPlatform ? <ComponentsDown /> : null;
}

/** What stands still while a component is down. */
const CONSEQUENCES = {
  scheduler: ["The scheduler", "no task starts and no run goes on"],
  triggerer: ["The triggerer", "deferred tasks wait"],
  dag_processor: ["The Dag processor", "changed Dag files are not read"],
  dbt_service: ["The dbt job service", "dbt jobs do not run"],
  api_server: ["The API server", "what is shown may be old"],
  metadatabase: ["PostgreSQL", "nothing can be read or saved"],
  // They live in the scheduler, which says it for them.
  workers: undefined,
} as const satisfies Readonly<
  Record<UiHome["components"][number]["name"], readonly [string, string] | undefined>
>;

function ComponentsDown() {
  const { data: home } = useQuery(homeQuery(useApi()));
  const down = home?.components.filter(({ status }) => status === "unhealthy") ?? [];
  const told = down.flatMap(({ name, latest_heartbeat: beat }) => {
    const words = CONSEQUENCES[name];
    return words === undefined ? [] : [{ name, beat, words }];
  });
  if (told.length === 0) return null;
  return (
    <div className="banner bad" role="alert">
      <StateIcon look={TASK_LOOKS.failed} isDecoration />
      <ul>
        {told.map(({ name, beat, words: [who, what] }) => (
          <li key={name}>
            <b>{who} is down</b>
            {beat !== null && (
              <>
                , last heard <Instant at={beat} />
              </>
            )}
            : {what}.
          </li>
        ))}
      </ul>
    </div>
  );
}
