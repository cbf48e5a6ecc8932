import { createStore, type Store } from "./store.ts";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "bad";
  readonly undo?: () => void;
}

/** Long enough to read and to reach Undo. */
const LIFETIME_MS = 8_000;

export interface Toasts extends Pick<Store<readonly Toast[]>, "get" | "subscribe"> {
  readonly show: (
    text: string,
    options?: { readonly tone?: "bad"; readonly undo?: () => void },
  ) => void;
  readonly dismiss: (id: number) => void;
}

/** Short messages at the bottom of the page; each goes by itself, but not while somebody points at one. */
export function createToasts(isHeld: () => boolean): Toasts {
  const store = createStore<readonly Toast[]>([]);
  let lastId = 0;
  const dismiss = (id: number): void => store.set(store.get().filter((toast) => toast.id !== id));
  const dismissLater = (id: number): void => {
    setTimeout(() => (isHeld() ? dismissLater(id) : dismiss(id)), LIFETIME_MS);
  };
  return {
    get: store.get,
    subscribe: store.subscribe,
    dismiss,
    show: (text, { tone, undo } = {}) => {
      lastId += 1;
      const id = lastId;
      const toast: Toast = {
        id,
        text,
        tone: tone ?? "plain",
        ...(undo === undefined ? {} : { undo }),
      };
      store.set([...store.get(), toast]);
      dismissLater(id);
    },
  };
}
