import { type ApiClient, openApi, type UiConfig } from "@airloom/api";
import type { QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useSyncExternalStore } from "react";
import { askServer } from "../api/ask-server.ts";
import { type Connection, type ConnectionWatch, watchConnection } from "./connection.ts";
import type { Host } from "./host.ts";
import { openPreferences, type Preferences } from "./preferences.ts";
import { createStore, createTicker, type Store } from "./store.ts";
import { createToasts, type Toasts } from "./toasts.ts";

/** What every page may use, made once when the app starts. */
export interface Services {
  readonly api: ApiClient;
  readonly queryClient: QueryClient;
  readonly preferences: Store<Preferences>;
  readonly ticker: ReturnType<typeof createTicker>;
  readonly toasts: Toasts;
  readonly connection: ConnectionWatch;
  /** The overlay that no page owns: the list of keys or the palette. */
  readonly overlay: Store<"keys" | "palette" | undefined>;
}

const LOOK_EVERY_MS = 2_000;
const PROBE_PATIENCE_MS = 1_500;

/** What both hosts serve to anybody, and cheaply. */
const PROBE = "/favicon.svg";

export function createServices(queryClient: QueryClient, host: Host): Services {
  const connection = watchConnection({
    probe: probeServer,
    now: () => new Date(),
    onBack: () => void queryClient.invalidateQueries(),
    // The platform's stream of events ends with its server; the job service has none.
    ...(host.kind === "service" ? { lookEveryMs: LOOK_EVERY_MS } : {}),
  });
  const ask = async (url: string, init: RequestInit): Promise<Response> => {
    try {
      const answer = await askServer(url, init);
      if (isGatewayError(answer.status)) connection.doubt();
      return answer;
    } catch (error) {
      if (init.signal?.aborted !== true) connection.doubt();
      throw error;
    }
  };
  return {
    api: openApi({ baseUrl: "", fetch: ask }),
    queryClient,
    preferences: openPreferences(),
    ticker: createTicker(),
    toasts: createToasts(areToastsHeld),
    connection,
    overlay: createStore<"keys" | "palette" | undefined>(undefined),
  };
}

async function probeServer(): Promise<void> {
  const signal = AbortSignal.timeout(PROBE_PATIENCE_MS);
  const { status } = await fetch(PROBE, { cache: "no-store", signal });
  if (isGatewayError(status)) throw new Error("Only a proxy answers");
}

/** What a proxy says for a server that is away. */
function isGatewayError(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}

/** True while somebody points at a message or has come to it by keyboard: it waits for them. */
function areToastsHeld(): boolean {
  return document.querySelector(".toasts")?.matches(":hover, :focus-within") === true;
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error("useServices() needs a ServicesContext above it");
  return services;
}

export function useApi(): ApiClient {
  return useServices().api;
}

/** Whether the server answers. */
export function useConnection(): Connection {
  const { connection } = useServices();
  return useSyncExternalStore(connection.subscribe, connection.get);
}

/** The time, once a second; it stands still while the server is away, because then nothing shown is of now. */
export function useNow(): Date {
  const { ticker } = useServices();
  const now = useSyncExternalStore(ticker.subscribe, ticker.get);
  const connection = useConnection();
  return connection.kind === "lost" ? connection.since : now;
}

export function usePreferences(): readonly [Preferences, (change: Partial<Preferences>) => void] {
  const { preferences } = useServices();
  const current = useSyncExternalStore(preferences.subscribe, preferences.get);
  return [current, (change) => preferences.set({ ...preferences.get(), ...change })];
}

/** Who serves the page. */
export const HostContext = createContext<Host | undefined>(undefined);

/** What the platform says about itself; `undefined` in the job service. */
export function useConfig(): UiConfig | undefined {
  const host = useContext(HostContext);
  return host?.kind === "platform" ? host.config : undefined;
}
