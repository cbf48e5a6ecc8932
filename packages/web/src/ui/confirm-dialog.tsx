import type { ReactNode } from "react";
import { Dialog } from "./dialog.tsx";
import { DialogFoot } from "./dialog-foot.tsx";

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
        <DialogFoot
          tone="danger"
          problem={problem}
          disabledReason={isPending ? "Under way" : undefined}
          onClose={onClose}
        >
          {action}
        </DialogFoot>
      }
    >
      {children}
    </Dialog>
  );
}
