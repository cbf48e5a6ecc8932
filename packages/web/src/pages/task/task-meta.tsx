import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { linksQuery } from "../../api/queries.ts";
import { useApi } from "../../app/services.ts";
import { StateSince } from "../../app/state-since.tsx";
import { Instant } from "../../app/time.tsx";
import { renderTries } from "../../format/tries.ts";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Icon } from "../../ui/icon.tsx";
import type { AttemptView } from "./task-page.tsx";

/** One line of facts: state and when, try, links the task pushed, where it ran. */
export function TaskMeta({ view: { key, attempt, instance } }: { readonly view: AttemptView }) {
  const { data } = useQuery(linksQuery(useApi(), key));
  const links = Object.entries(data?.extra_links ?? {});
  return (
    <div className="meta">
      <StateSince
        look={TASK_LOOKS[attempt.state ?? "none"]}
        since={attempt.queued_when}
        start={attempt.start_date}
        end={attempt.end_date}
      />
      <span>
        {attempt.try_number === 0
          ? "not tried"
          : `try ${renderTries({ ...instance, try_number: attempt.try_number })}`}
      </span>
      {instance.next_try_at !== null && (
        <span>
          next try <Instant at={instance.next_try_at} />
        </span>
      )}
      {links.map(
        ([name, url]) =>
          url !== null && (
            <a key={name} href={url} className="link" target="_blank" rel="noreferrer">
              {name}
              <Icon name="external" />
            </a>
          ),
      )}
      <span>
        run{" "}
        <Link
          to="/dags/$dagId/runs/$runId"
          params={{ dagId: key.dagId, runId: key.runId }}
          className="link"
        >
          <Instant at={instance.run_after} as="run" />
        </Link>
      </span>
      <span className="wide-only">
        pool {attempt.pool}, {attempt.pool_slots} slot{attempt.pool_slots === 1 ? "" : "s"}
      </span>
      {attempt.hostname !== null && attempt.hostname !== "" && (
        <span className="wide-only">worker {attempt.hostname}</span>
      )}
      {attempt.dag_version !== null && (
        <span className="wide-only">Dag version {attempt.dag_version.version_number}</span>
      )}
    </div>
  );
}
