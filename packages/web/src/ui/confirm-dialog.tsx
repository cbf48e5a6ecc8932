import type { ReactNode } from "react";
import { FormDialog } from "./form-dialog.tsx";

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
    <FormDialog
      title={title}
      isNarrow
      tone="danger"
      action={action}
      problem={problem}
      disabledReason={isPending ? "Under way" : undefined}
      onClose={onClose}
      onSubmit={onConfirm}
    >
      {children}
    </FormDialog>
  );
}
