import { createStore, type Store } from "./store.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** What a person set for this browser; everything else lives in the URL or on the server. */
export interface Preferences {
  readonly theme: Theme;
  readonly isSidebarCollapsed: boolean;
}

const KEY = "airloom.preferences";
const DEFAULTS: Preferences = { theme: "system", isSidebarCollapsed: false };

/** Reads stored preferences; anything that does not fit counts as not set. */
export function parsePreferences(text: string | null): Preferences {
  const stored = parseObject(text);
  const theme = THEMES.find((name) => name === stored["theme"]) ?? DEFAULTS.theme;
  return { theme, isSidebarCollapsed: stored["isSidebarCollapsed"] === true };
}

function parseObject(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Opens the preferences of this browser and keeps the page's theme in step with them and with the system. */
export function openPreferences(): Store<Preferences> {
  const store = createStore(parsePreferences(localStorage.getItem(KEY)));
  const system = matchMedia("(prefers-color-scheme: dark)");
  const applyTheme = (): void => {
    const { theme } = store.get();
    const isDark = theme === "dark" || (theme === "system" && system.matches);
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  };
  applyTheme();
  system.addEventListener("change", applyTheme);
  store.subscribe(() => {
    localStorage.setItem(KEY, JSON.stringify(store.get()));
    applyTheme();
  });
  return store;
}
