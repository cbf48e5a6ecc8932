import type { UiHome } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderPlural, renderShown } from "../../format/number.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { ScheduleText } from "../dag/schedule-text.tsx";
import { useSetPaused } from "../dag/use-set-paused.ts";
import { More } from "./more.tsx";

type PausedDag = UiHome["paused"]["items"][number];

/** Said plainly where nothing can run because everything is paused. */
export function OnlyPaused({ home }: { readonly home: UiHome }) {
  const { paused, dag_count: count } = home;
  if (count === 0 || paused.total < count) return null;
  const [only] = paused.items;
  return (
    <div className="note">
      <span className="grow">
        <b>
          {count === 1 && only !== undefined
            ? `Your only Dag, ${only.dag_display_name}, is paused.`
            : `All ${renderPlural(count, "Dag")} are paused.`}
        </b>{" "}
        Nothing starts by itself, and runs that are triggered wait.
      </span>
      {count === 1 && only !== undefined && <Resume dag={only} />}
    </div>
  );
}

/** What is switched off, those with a schedule first. */
export function PausedDags({ paused }: { readonly paused: UiHome["paused"] }) {
  if (paused.total === 0) return null;
  return (
    <Panel title="Paused" hint={renderShown(paused.items.length, paused.total)}>
      <ul className="home-list">
        {paused.items.map((dag) => (
          <li key={dag.dag_id} className="next-line small" data-row>
            <Link to="/dags/$dagId" params={{ dagId: dag.dag_id }} className="grow ellipsis">
              {dag.dag_display_name}
            </Link>
            <span className="text-3 ellipsis">
              <ScheduleText dag={dag} />
            </span>
            <Resume dag={dag} />
          </li>
        ))}
      </ul>
      <More
        list={paused}
        link={(words) => (
          <Link to="/dags" search={{ segment: "paused" }} className="link">
            {words}
          </Link>
        )}
      />
    </Panel>
  );
}

function Resume({ dag }: { readonly dag: PausedDag }) {
  const setPaused = useSetPaused();
  return (
    <Button
      acts
      size="small"
      disabledReason={useRefusal("editor", dag.dag_id)}
      title={`Resume ${dag.dag_id}`}
      onClick={() => setPaused({ dagId: dag.dag_id, isPaused: false })}
    >
      Resume<span className="visually-hidden"> {dag.dag_id}</span>
    </Button>
  );
}
