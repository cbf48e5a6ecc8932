import { TASK_MARKS } from "../../app/search.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderDuration } from "../../format/duration.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Button } from "../../ui/button.tsx";
import { Segments } from "../../ui/segments.tsx";
import { MarkMenu } from "../mark/mark-menu.tsx";
import { NoteButton } from "../note/note-button.tsx";
import { countRerun } from "./node-order.ts";
import type { AttemptView } from "./task-page.tsx";
import { useTaskSearch } from "./use-task-search.ts";

/** Name, tries as a switch, and what can be done. */
export function TaskHead({ view }: { readonly view: AttemptView }) {
  const [, change] = useTaskSearch();
  const { attempt, key, nodes } = view;
  const refusal = useRefusal("editor", key.dagId);
  return (
    <div className="page-head">
      <div className="page-title">
        <StateIcon look={TASK_LOOKS[attempt.state ?? "none"]} size={20} />
        <h1>
          {key.taskId}
          {key.mapIndex >= 0 && ` [${key.mapIndex}]`}
        </h1>
        <Tries view={view} />
      </div>
      <div className="row wrap page-actions">
        <NoteButton
          note={view.instance.note}
          refusal={refusal}
          onClick={() => change({ dialog: "note" })}
        />
        <MarkMenu
          marks={TASK_MARKS}
          current={view.instance.state}
          refusal={refusal}
          onChoose={(mark) => change({ mark })}
        />
        <span data-key="c">
          <Button
            acts
            icon="redo"
            disabledReason={refusal}
            onClick={() => change({ dialog: "clear" })}
          >
            Clear
          </Button>
        </span>
        {countRerun(nodes) > 0 && (
          <span data-key="r">
            <Button
              tone="primary"
              icon="play"
              disabledReason={refusal}
              onClick={() => change({ dialog: "rerun" })}
            >
              Rerun failed nodes
            </Button>
          </span>
        )}
      </div>
    </div>
  );
}

function Tries({ view: { tries, attempt } }: { readonly view: AttemptView }) {
  const [, change] = useTaskSearch();
  if (tries.length < 2) return null;
  return (
    <Segments
      label="Tries"
      value={String(attempt.try_number)}
      onChange={(value) => change({ try: Number(value) })}
      segments={tries.map((entry) => ({
        value: String(entry.try_number),
        label: (
          <>
            <StateIcon look={TASK_LOOKS[entry.state ?? "none"]} size={12} />
            Try {entry.try_number}
            <span className="count">
              {entry.duration === null ? "" : renderDuration(entry.duration)}
            </span>
          </>
        ),
      }))}
    />
  );
}
