import type { UiHome } from "@airloom/api";
import { useConnection } from "../../app/services.ts";
import { Instant } from "../../app/time.tsx";
import { renderShort } from "../../format/time.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";

type Component = UiHome["components"][number];

const NAMES = {
  scheduler: "Scheduler",
  triggerer: "Triggerer",
  dag_processor: "Dag processor",
  api_server: "API server",
  dbt_service: "dbt job service",
  metadatabase: "PostgreSQL",
  workers: "Workers",
} as const satisfies Readonly<Record<Component["name"], string>>;

const LOOKS = {
  healthy: TASK_LOOKS.success,
  unhealthy: TASK_LOOKS.failed,
  unknown: TASK_LOOKS.none,
} as const satisfies Readonly<Record<Component["status"], unknown>>;

/** Each component with its last heartbeat and the number that goes bad first; unknown while nobody tells. */
export function HealthStrip({ components }: { readonly components: readonly Component[] }) {
  const connection = useConnection();
  return (
    <section className="panel strip" aria-label="Health">
      {components.map((component) =>
        connection.kind === "lost" ? (
          <UnknownTile key={component.name} name={component.name} since={connection.since} />
        ) : (
          <Tile key={component.name} component={component} />
        ),
      )}
    </section>
  );
}

function UnknownTile({ name, since }: { readonly name: Component["name"]; readonly since: Date }) {
  return (
    <div className="strip-cell">
      <div className="state">
        <StateIcon look={{ ...LOOKS.unknown, label: "unknown" }} />
        <b>{NAMES[name]}</b>
      </div>
      <div className="small text-3">
        unknown since {renderShort(since.toISOString(), since)} UTC
      </div>
    </div>
  );
}

function Tile({ component }: { readonly component: Component }) {
  const { name, status, latest_heartbeat, load } = component;
  return (
    <div className="strip-cell">
      <div className="state" title={status}>
        <StateIcon look={{ ...LOOKS[status], label: status }} />
        <b>{NAMES[name]}</b>
      </div>
      {load !== null && (
        <div className="small ellipsis">
          {load.value} {load.label}
        </div>
      )}
      <div className="small text-3 ellipsis">
        {latest_heartbeat === null ? (
          status
        ) : (
          <>
            beat <Instant at={latest_heartbeat} />
          </>
        )}
      </div>
    </div>
  );
}
