import { type KeyAction, resolveKey } from "./keys.ts";

const TYPING = "input, textarea, select, [contenteditable]";
const ROWS = "[data-row]";

/** Listens to the whole page; pages take part by marking elements with `data-row`, `data-key` and `data-filter`. */
export function listenToKeys(
  act: (action: Exclude<KeyAction, { kind: "press" | "move" | "filter" }>) => void,
): void {
  let pending: string | undefined;
  document.addEventListener("keydown", (event) => {
    const isCtrl = event.ctrlKey || event.metaKey;
    if (event.altKey || (isCtrl && event.key.toLowerCase() !== "k")) return;
    if (!isCtrl && isTyping(event.target)) return;
    const resolved = resolveKey({ key: event.key, isCtrl }, pending);
    pending = resolved.pending;
    if (resolved.action === undefined) return;
    const wasHandled = actOn(resolved.action, act);
    if (wasHandled) event.preventDefault();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPING) !== null;
}

function actOn(action: KeyAction, act: Parameters<typeof listenToKeys>[0]): boolean {
  switch (action.kind) {
    case "press":
      return press(action.key);
    case "move":
      return moveRow(action.by);
    case "filter":
      return focus(document.querySelector<HTMLElement>("[data-filter]"));
    default:
      act(action);
      return true;
  }
}

/** Presses the control marked with the key: that of the focused row first, else the page's. */
function press(key: string): boolean {
  const selector = `[data-key~="${key}"]`;
  const row = document.activeElement?.closest(ROWS);
  const target =
    row?.querySelector<HTMLElement>(selector) ??
    document.querySelector<HTMLElement>(`main :not(${ROWS} *)${selector}`);
  // A mark may stand around the control that it names.
  const control = target?.matches("a, button")
    ? target
    : target?.querySelector<HTMLElement>("a, button");
  control?.click();
  return control !== null && control !== undefined;
}

/** Moves the focus to the link of the next or previous row. */
function moveRow(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)].filter(
    (row) => row.offsetParent !== null,
  );
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at === -1 ? rows[0] : rows[at + by];
  return focus(next?.querySelector<HTMLElement>("a, button") ?? null);
}

function focus(element: HTMLElement | null): boolean {
  element?.focus();
  return element !== null;
}
