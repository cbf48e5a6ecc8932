import { type ApiClient, openApi, type UiConfig } from "@airloom/api";
import type { QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useSyncExternalStore } from "react";
import { askServer } from "../api/ask-server.ts";
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
  /** The overlay that no page owns: the list of keys or the palette. */
  readonly overlay: Store<"keys" | "palette" | undefined>;
}

export function createServices(queryClient: QueryClient): Services {
  return {
    api: openApi({ baseUrl: "", fetch: askServer }),
    queryClient,
    preferences: openPreferences(),
    ticker: createTicker(),
    toasts: createToasts(),
    overlay: createStore<"keys" | "palette" | undefined>(undefined),
  };
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

/** The time, once a second. */
export function useNow(): Date {
  const { ticker } = useServices();
  return useSyncExternalStore(ticker.subscribe, ticker.get);
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
