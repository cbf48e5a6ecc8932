import { type KeyAction, resolveKey } from "./keys.ts";

const TYPING = "input, textarea, select, [contenteditable], [role='textbox'], [role='combobox']";
const ROWS = "[data-row]";
/** What lies over the page: keys of the page beneath must not act through it. */
const COVER = "dialog[open], [popover]:popover-open";
/** What opens a row, not what acts on it. */
const OPENERS = "a[href], [data-opens]";
/** How soon the second key of a sequence has to follow. */
const SEQUENCE_MS = 1_500;

/** Listens to the whole page; pages take part by marking elements with `data-row`, `data-key` and `data-filter`. */
export function listenToKeys(
  act: (action: Exclude<KeyAction, { kind: "press" | "move" | "filter" }>) => void,
): void {
  let pending: { readonly key: string; readonly at: number } | undefined;
  document.addEventListener("keydown", (event) => {
    // Shift comes before the key that it makes another.
    if (event.key === "Shift") return;
    const before =
      pending !== undefined && event.timeStamp - pending.at < SEQUENCE_MS ? pending.key : undefined;
    pending = undefined;
    const isCtrl = event.ctrlKey || event.metaKey;
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if (isCtrl ? event.key.toLowerCase() !== "k" || event.shiftKey : isTaken(event.target)) return;
    const resolved = resolveKey({ key: event.key, isCtrl }, before);
    if (resolved.pending !== undefined) pending = { key: resolved.pending, at: event.timeStamp };
    if (resolved.action === undefined) return;
    const wasHandled = actOn(resolved.action, act);
    if (wasHandled) event.preventDefault();
  });
}

/** Whether a key belongs to somebody else: to a field, or to what lies over the page. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector(COVER) !== null) return true;
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

/** Moves the focus to what opens the next or previous row, or to the row itself: never to what would act on it. */
function moveRow(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)].filter(
    (row) => row.offsetParent !== null,
  );
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at === -1 ? rows[0] : rows[at + by];
  if (next === undefined) return false;
  const opener = [...next.querySelectorAll<HTMLElement>(OPENERS)].find(
    (element) => element.offsetParent !== null,
  );
  if (opener === undefined) next.tabIndex = -1;
  return focus(opener ?? next);
}

function focus(element: HTMLElement | null): boolean {
  element?.focus();
  return element !== null;
}
