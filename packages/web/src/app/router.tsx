import {
  createHashHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { Skeleton } from "../ui/skeleton.tsx";
import type { Host } from "./host.ts";
import { NotFoundPage } from "./not-found-page.tsx";
import { PageFailure } from "./page-failure.tsx";
import * as search from "./search.ts";
import { Shell } from "./shell.tsx";
import { SignInPage } from "./sign-in-page.tsx";

const root = createRootRouteWithContext<{ readonly host: Host }>()({
  errorComponent: PageFailure,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: search.parseSignIn,
  component: SignInPage,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
  beforeLoad: ({ context: { host }, location }) => {
    if (host.kind === "platform" && host.config.user === null) {
      throw redirect({ to: "/sign-in", search: { next: location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("../pages/index-page.tsx"), "IndexPage"),
});

const dags = createRoute({
  getParentRoute: () => shell,
  path: "/dags",
  validateSearch: search.parseDags,
  component: lazyRouteComponent(() => import("../pages/dags/dags-page.tsx"), "DagsPage"),
});

const dag = createRoute({
  getParentRoute: () => shell,
  path: "/dags/$dagId",
  validateSearch: search.parseDag,
  component: lazyRouteComponent(() => import("../pages/dag/dag-page.tsx"), "DagPage"),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: "/dags/$dagId/runs/$runId",
  validateSearch: search.parseRun,
  component: lazyRouteComponent(() => import("../pages/run/run-page.tsx"), "RunPage"),
});

const task = createRoute({
  getParentRoute: () => shell,
  path: "/dags/$dagId/runs/$runId/tasks/$taskId",
  validateSearch: search.parseTask,
  component: lazyRouteComponent(() => import("../pages/task/task-page.tsx"), "TaskPage"),
});

const runs = createRoute({
  getParentRoute: () => shell,
  path: "/runs",
  validateSearch: search.parseRuns,
  component: lazyRouteComponent(() => import("../pages/runs/runs-page.tsx"), "RunsPage"),
});

const connections = createRoute({
  getParentRoute: () => shell,
  path: "/connections",
  validateSearch: search.parseSelection,
  component: lazyRouteComponent(
    () => import("../pages/connections/connections-page.tsx"),
    "ConnectionsPage",
  ),
});

const variables = createRoute({
  getParentRoute: () => shell,
  path: "/variables",
  validateSearch: search.parseSelection,
  component: lazyRouteComponent(
    () => import("../pages/variables/variables-page.tsx"),
    "VariablesPage",
  ),
});

const pools = createRoute({
  getParentRoute: () => shell,
  path: "/pools",
  validateSearch: search.parseSelection,
  component: lazyRouteComponent(() => import("../pages/pools/pools-page.tsx"), "PoolsPage"),
});

const users = createRoute({
  getParentRoute: () => shell,
  path: "/users",
  validateSearch: search.parseSelection,
  component: lazyRouteComponent(() => import("../pages/users/users-page.tsx"), "UsersPage"),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  validateSearch: search.parseSelection,
  component: lazyRouteComponent(() => import("../pages/account/account-page.tsx"), "AccountPage"),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: "/audit",
  validateSearch: search.parseAudit,
  component: lazyRouteComponent(() => import("../pages/audit/audit-page.tsx"), "AuditPage"),
});

const jobs = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/$accountId/jobs",
  component: lazyRouteComponent(() => import("../pages/dbt/jobs-page.tsx"), "JobsPage"),
});

const jobRuns = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/$accountId/runs",
  validateSearch: search.parseJobRuns,
  component: lazyRouteComponent(() => import("../pages/dbt/job-runs-page.tsx"), "JobRunsPage"),
});

const job = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/$accountId/projects/$projectId/jobs/$jobId",
  component: lazyRouteComponent(() => import("../pages/dbt/job-page.tsx"), "JobPage"),
});

const dbtRun = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/$accountId/projects/$projectId/runs/$runId",
  validateSearch: search.parseDbtRun,
  component: lazyRouteComponent(() => import("../pages/dbt/dbt-run-page.tsx"), "DbtRunPage"),
});

const serviceTokens = createRoute({
  getParentRoute: () => shell,
  path: "/accounts/$accountId/service-tokens",
  validateSearch: search.parseSelection,
  component: lazyRouteComponent(
    () => import("../pages/dbt/service-tokens-page.tsx"),
    "ServiceTokensPage",
  ),
});

const notFound = createRoute({
  getParentRoute: () => shell,
  path: "$",
  component: NotFoundPage,
});

const routeTree = root.addChildren([
  signIn,
  shell.addChildren([
    home,
    dags,
    dag,
    run,
    task,
    runs,
    connections,
    variables,
    pools,
    users,
    account,
    audit,
    jobs,
    jobRuns,
    job,
    dbtRun,
    serviceTokens,
    notFound,
  ]),
]);

/** Makes the router of the app; the job service's addresses live behind `#`, as dbt Cloud's do. */
export function openRouter(host: Host) {
  return createRouter({
    routeTree,
    context: { host },
    ...(host.kind === "service" ? { history: createHashHistory() } : {}),
    defaultPreload: "intent",
    defaultPendingComponent: () => <Skeleton rows={10} />,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof openRouter>;
  }
}
