import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Command } from "../ui/command.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** Shows the text of a new token, this once. */
export function TokenOnce({
  title,
  token,
  onClose,
  children,
}: {
  readonly title: string;
  readonly token: string;
  readonly onClose: () => void;
  /** How programs send it. */
  readonly children: ReactNode;
}) {
  return (
    <Dialog
      title={title}
      hint="Copy it now: only a hash is stored, so it is never shown again."
      onClose={onClose}
      onSubmit={onClose}
      foot={
        <>
          <span className="grow" />
          <Button type="submit" tone="primary">
            Done
          </Button>
        </>
      }
    >
      <Command text={token} />
      <p className="text-2 small">{children}</p>
    </Dialog>
  );
}
