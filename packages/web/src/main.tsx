import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/controls.css";
import "./styles/refused.css";
import "./styles/panels.css";
import "@xyflow/react/dist/base.css";
import "./styles/pages.css";
import "./styles/dag.css";
import "./styles/task.css";
import "./styles/admin.css";
import "./styles/dbt.css";
import { ApiError } from "@airloom/api";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { followEvents } from "./api/live.ts";
import { BootProblem } from "./app/boot-problem.tsx";
import { type Host, loadHost } from "./app/host.ts";
import { listenToKeys } from "./app/keyboard.ts";
import { openRouter } from "./app/router.tsx";
import { createServices, HostContext, ServicesContext } from "./app/services.ts";
import { OwnCommandContext } from "./ui/command.tsx";

const RETRIES = 2;

function openQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof ApiError && error.status === 401) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // The server may be on this machine: it answers although the browser thinks that it is offline.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        staleTime: 2_000,
        // What the server refused it will refuse again.
        retry: (count, error) =>
          count < RETRIES && !(error instanceof ApiError && error.status < 500),
      },
    },
  });
}

function start(root: ReturnType<typeof createRoot>, host: Host): void {
  const queryClient = openQueryClient(() => {
    const { pathname, href } = router.state.location;
    if (pathname === "/sign-in") return;
    void router.navigate({ to: "/sign-in", search: { next: href, ended: true } });
  });
  const services = createServices(queryClient, host);
  const router = openRouter(host);

  listenToKeys((action) => {
    if (action.kind === "go") void router.navigate({ to: action.to });
    if (action.kind === "open") services.overlay.set(action.what);
    if (action.kind === "sidebar") {
      const { preferences } = services;
      const { isSidebarCollapsed } = preferences.get();
      preferences.set({ ...preferences.get(), isSidebarCollapsed: !isSidebarCollapsed });
    }
  });
  if (host.kind === "platform") {
    queryClient.setQueryData(["config"], host.config);
    if (host.config.user !== null) followEvents(queryClient, services.connection.doubt);
  }

  // All pages are fetched behind the first: one can go on looking about when the server stops.
  const stopWaiting = router.subscribe("onResolved", () => {
    stopWaiting();
    for (const route of Object.values(router.routesById)) void router.loadRouteChunk(route);
  });
  root.render(
    <HostContext value={host}>
      <ServicesContext value={services}>
        <OwnCommandContext value={host.kind === "platform" ? host.config.command : "airloom"}>
          <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </OwnCommandContext>
      </ServicesContext>
    </HostContext>,
  );
}

async function boot(): Promise<void> {
  const element = document.querySelector("#root");
  if (element === null) throw new Error("index.html has no #root");
  const root = createRoot(element);
  try {
    start(root, await loadHost());
  } catch (error) {
    root.render(<BootProblem message={error instanceof Error ? error.message : String(error)} />);
  }
}

await boot();
