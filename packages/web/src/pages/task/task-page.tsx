import type { TaskInstance, TaskTry, UiNode } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { nodesQuery, type TaskKey, taskInstanceQuery, triesQuery } from "../../api/queries.ts";
import { TabTitle } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { ClearDialog } from "../clear/clear-dialog.tsx";
import { NoteBox } from "../note/note-box.tsx";
import { FirstErrorBox } from "./first-error-box.tsx";
import { MarkTaskDialog } from "./mark-task-dialog.tsx";
import { RerunDialog } from "./rerun-dialog.tsx";
import { ResultTab } from "./result-tab.tsx";
import { TaskDetails } from "./task-details.tsx";
import { TaskHead } from "./task-head.tsx";
import { TaskLog } from "./task-log.tsx";
import { TaskMeta } from "./task-meta.tsx";
import { TaskNoteDialog } from "./task-note-dialog.tsx";
import { TaskRendered } from "./task-rendered.tsx";
import { TaskTabs } from "./task-tabs.tsx";
import { TaskXComs } from "./task-xcoms.tsx";
import { WaitNote } from "./wait-note.tsx";

/** What is known of one attempt of one task instance. */
export interface AttemptView {
  readonly key: TaskKey;
  readonly instance: TaskInstance;
  readonly tries: readonly TaskTry[];
  /** The attempt the page shows. */
  readonly attempt: TaskTry | TaskInstance;
  readonly nodes: readonly UiNode[];
}

/** One task instance: the first error first, then everything about the chosen attempt. */
export function TaskPage() {
  const api = useApi();
  const { dagId, runId, taskId } = useParams({
    from: "/shell/dags/$dagId/runs/$runId/tasks/$taskId",
  });
  const search = useSearch({ from: "/shell/dags/$dagId/runs/$runId/tasks/$taskId" });
  const key: TaskKey = { dagId, runId, taskId, mapIndex: search.map ?? -1 };
  const instance = useQuery(taskInstanceQuery(api, key));
  const tries = useQuery(triesQuery(api, key));
  const tryNumber = search.try ?? instance.data?.try_number;
  const nodes = useQuery(nodesQuery(api, key, search.try));
  return (
    <QueryView query={instance} rows={14}>
      {(data) => {
        const known = tries.data?.task_instances ?? [];
        const attempt = known.find(({ try_number }) => try_number === tryNumber) ?? data;
        return (
          <AttemptPage
            view={{ key, instance: data, tries: known, attempt, nodes: nodes.data?.nodes ?? [] }}
            isLoading={nodes.isPending}
          />
        );
      }}
    </QueryView>
  );
}

function AttemptPage({
  view,
  isLoading,
}: {
  readonly view: AttemptView;
  readonly isLoading: boolean;
}) {
  const search = useSearch({ from: "/shell/dags/$dagId/runs/$runId/tasks/$taskId" });
  const { attempt, nodes, key } = view;
  const look = TASK_LOOKS[attempt.state ?? "none"];
  const tab = search.tab ?? (nodes.length > 0 || isLoading ? "result" : "log");
  return (
    <>
      <TabTitle
        title={`${look.label}: ${key.taskId}`}
        tone={attempt.state === "failed" || attempt.state === "running" ? attempt.state : "plain"}
      />
      <TaskHead view={view} />
      <TaskMeta view={view} />
      <NoteBox note={view.instance.note} />
      <FirstErrorBox view={view} />
      <WaitNote view={view} />
      <TaskTabs view={view} tab={tab} />
      <TaskTab view={view} tab={tab} />
      <TaskDialogs view={view} />
    </>
  );
}

function TaskTab({ view, tab }: { readonly view: AttemptView; readonly tab: string }) {
  switch (tab) {
    case "log":
      return <TaskLog view={view} />;
    case "xcom":
      return <TaskXComs view={view} />;
    case "rendered":
      return <TaskRendered view={view} />;
    case "details":
      return <TaskDetails view={view} />;
    default:
      return <ResultTab view={view} />;
  }
}

function TaskDialogs({ view: { key, instance } }: { readonly view: AttemptView }) {
  const search = useSearch({ from: "/shell/dags/$dagId/runs/$runId/tasks/$taskId" });
  const navigate = useNavigate({ from: "/dags/$dagId/runs/$runId/tasks/$taskId" });
  const close = (): void => {
    void navigate({ search: (old) => without(old, "dialog", "select", "mark"), replace: true });
  };
  if (search.mark !== undefined) {
    return <MarkTaskDialog taskKey={key} mark={search.mark} onClose={close} />;
  }
  if (search.dialog === "clear") return <ClearDialog {...key} onClose={close} />;
  if (search.dialog === "note")
    return <TaskNoteDialog taskKey={key} instance={instance} onClose={close} />;
  if (search.dialog !== "rerun") return null;
  return <RerunDialog taskKey={key} select={search.select} onClose={close} />;
}
