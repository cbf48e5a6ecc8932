/** What a key or a sequence of two keys does. */
export type KeyAction =
  | { readonly kind: "go"; readonly to: string }
  | { readonly kind: "press"; readonly key: string }
  | { readonly kind: "move"; readonly by: 1 | -1 }
  | { readonly kind: "filter" }
  | { readonly kind: "open"; readonly what: "keys" | "palette" }
  | { readonly kind: "sidebar" };

export interface KeyBinding {
  /** As `KeyboardEvent.key`, two of them separated by a space for a sequence. */
  readonly keys: string;
  readonly label: string;
  readonly action: KeyAction;
}

const press = (key: string, label: string): KeyBinding => ({
  keys: key,
  label,
  action: { kind: "press", key },
});

/** Every key of the app: the handler and the list behind `?` both read it. */
export const KEYS: readonly KeyBinding[] = [
  { keys: "Ctrl+k", label: "Search or jump to", action: { kind: "open", what: "palette" } },
  { keys: "/", label: "Filter this page", action: { kind: "filter" } },
  { keys: "j", label: "Next row", action: { kind: "move", by: 1 } },
  { keys: "k", label: "Previous row", action: { kind: "move", by: -1 } },
  press("t", "Trigger"),
  press("c", "Clear"),
  press("r", "Rerun failed nodes"),
  press("p", "Pause or resume"),
  press("l", "Log"),
  press("e", "First error"),
  press("n", "Next error in a log"),
  press("N", "Previous error in a log"),
  { keys: "g h", label: "Go to Home", action: { kind: "go", to: "/" } },
  { keys: "g d", label: "Go to Dags", action: { kind: "go", to: "/dags" } },
  { keys: "g r", label: "Go to Runs", action: { kind: "go", to: "/runs" } },
  { keys: "g c", label: "Go to Connections", action: { kind: "go", to: "/connections" } },
  { keys: "g v", label: "Go to Variables", action: { kind: "go", to: "/variables" } },
  { keys: "[", label: "Collapse the sidebar", action: { kind: "sidebar" } },
  { keys: "?", label: "This list", action: { kind: "open", what: "keys" } },
];

export interface KeyPress {
  readonly key: string;
  readonly isCtrl: boolean;
}

/**
 * Decides what a key press means after the one before it.
 *
 * `pending` is the first key of a sequence that the next press may complete.
 */
export function resolveKey(
  pressed: KeyPress,
  pending: string | undefined,
): { readonly action?: KeyAction; readonly pending?: string } {
  const name = pressed.isCtrl ? `Ctrl+${pressed.key.toLowerCase()}` : pressed.key;
  const sequence = pending === undefined ? name : `${pending} ${name}`;
  const binding =
    KEYS.find(({ keys }) => keys === sequence) ?? KEYS.find(({ keys }) => keys === name);
  if (binding !== undefined) return { action: binding.action };
  return KEYS.some(({ keys }) => keys.startsWith(`${name} `)) ? { pending: name } : {};
}
