import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

/** Asks before something that cannot be undone; the button says what it does. */
export function ConfirmDialog({
  title,
  action,
  isPending,
  problem,
  onConfirm,
  onClose,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly isPending: boolean;
  readonly problem: string | undefined;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Dialog
      title={title}
      isNarrow
      onClose={onClose}
      onSubmit={() => {
        if (!isPending) onConfirm();
      }}
      foot={
        <>
          <span className="grow small problem" role="alert">
            {problem}
          </span>
          <Button onClick={onClose}>
            Cancel <kbd>Esc</kbd>
          </Button>
          <Button
            type="submit"
            tone="danger"
            icon="trash"
            disabledReason={isPending ? "Deleting" : undefined}
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
