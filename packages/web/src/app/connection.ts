import { createStore, type Store } from "./store.ts";

/** Whether the server answers, and since when it does not. */
export type Connection =
  | { readonly kind: "up" }
  | { readonly kind: "lost"; readonly since: Date }
  /** It answers again; said for a moment, so that nobody wonders. */
  | { readonly kind: "back"; readonly since: Date };

export interface ConnectionWatch extends Pick<Store<Connection>, "get" | "subscribe"> {
  /** Somebody asked and got no answer: looks at once whether the server is there. */
  readonly doubt: () => void;
}

const LOOK_AGAIN_MS = 1_000;
const BACK_SHOWN_MS = 6_000;

/**
 * Watches whether the server answers. One failed question is a doubt, not yet a loss: only when the probe gets no answer
 * either is the server lost, and it is asked again until it is back.
 */
export function watchConnection(options: {
  /** Resolves when the server answers, whatever it says. */
  readonly probe: () => Promise<void>;
  readonly now: () => Date;
  readonly onBack: () => void;
  /** Where no stream of events tells at once: how often to look unasked. */
  readonly lookEveryMs?: number;
}): ConnectionWatch {
  const store = createStore<Connection>({ kind: "up" });
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    try {
      await options.probe();
      found();
    } catch {
      missed();
    } finally {
      isLooking = false;
    }
  }

  function missed(): void {
    if (store.get().kind !== "lost") store.set({ kind: "lost", since: options.now() });
    setTimeout(() => void look(), LOOK_AGAIN_MS);
  }

  function found(): void {
    const before = store.get();
    if (before.kind !== "lost") return;
    const back: Connection = { kind: "back", since: before.since };
    store.set(back);
    options.onBack();
    setTimeout(() => {
      if (store.get() === back) store.set({ kind: "up" });
    }, BACK_SHOWN_MS);
  }

  function doubt(): void {
    // A lost server is asked again anyway: a doubt on top would ask it twice as often from then on.
    if (store.get().kind !== "lost") void look();
  }

  if (options.lookEveryMs !== undefined) setInterval(doubt, options.lookEveryMs);
  return { get: store.get, subscribe: store.subscribe, doubt };
}
