import { useSyncExternalStore } from "react";
import { StateIcon } from "../states/state-icon.tsx";
import { TASK_LOOKS } from "../states/task-state.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { useServices } from "./services.ts";

/** The short messages, with Undo where there is one. */
export function ToastList() {
  const { toasts } = useServices();
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get);
  // The pressed button goes with its message: the page takes the focus, not the browser's frame.
  const leave = (id: number): void => {
    toasts.dismiss(id);
    document.querySelector<HTMLElement>("#main")?.focus();
  };
  return (
    <output className="toasts" aria-live="polite">
      {shown.map(({ id, text, tone, undo }) => (
        <div key={id} className="toast">
          {tone === "bad" && <StateIcon look={TASK_LOOKS.failed} />}
          <span className="grow">{text}</span>
          {undo !== undefined && (
            <Button
              acts
              size="small"
              onClick={() => {
                undo();
                leave(id);
              }}
            >
              Undo
            </Button>
          )}
          <IconButton isSmall icon="x" label="Dismiss" onClick={() => leave(id)} />
        </div>
      ))}
    </output>
  );
}
