export interface Crumb {
  readonly to: string;
  readonly label: string;
}

const PLACES: Readonly<Record<string, string>> = {
  dags: "Dags",
  runs: "Runs",
  connections: "Connections",
  variables: "Variables",
  pools: "Pools",
  users: "Users",
  account: "Your account",
  audit: "Audit log",
};

const DBT_PLACES: Readonly<Record<string, string>> = {
  runs: "Job runs",
  "service-tokens": "Service tokens",
};

/** The way from the top to an address: `Dags / flights / run / task`. */
export function crumbsOf(path: string): readonly Crumb[] {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  if (parts[0] === "accounts") return dbtCrumbsOf(parts);
  const [place, dagId, , runId, , taskId] = parts;
  if (place === undefined) return [{ to: "/", label: "Home" }];
  const top = { to: `/${place}`, label: PLACES[place] ?? place };
  if (place !== "dags" || dagId === undefined) return [top];
  const dagPath = `/dags/${encodeURIComponent(dagId)}`;
  const runPath = `${dagPath}/runs/${encodeURIComponent(runId ?? "")}`;
  return [
    top,
    { to: dagPath, label: dagId },
    ...(runId === undefined ? [] : [{ to: runPath, label: runId }]),
    ...(taskId === undefined
      ? []
      : [{ to: `${runPath}/tasks/${encodeURIComponent(taskId)}`, label: taskId }]),
  ];
}

function dbtCrumbsOf(parts: readonly string[]): readonly Crumb[] {
  const [, account = "", kind, projectId, below, id] = parts;
  const list = kind === "projects" ? below : kind;
  const top = {
    to: `/accounts/${account}/${list ?? "jobs"}`,
    label: DBT_PLACES[list ?? ""] ?? "Jobs",
  };
  if (kind !== "projects" || id === undefined || below === undefined) return [top];
  const label = below === "runs" ? `Run ${id}` : `Job ${id}`;
  return [top, { to: `/accounts/${account}/projects/${projectId ?? ""}/${below}/${id}`, label }];
}
