import type { ComponentProps, ReactNode } from "react";
import { Button, type ButtonProps } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

interface FootProps extends Pick<ButtonProps, "icon" | "disabledReason"> {
  /** What the button does, in its own words. */
  readonly action: string;
  readonly tone?: "primary" | "danger";
  /** Another way on, at the other end. */
  readonly before?: ReactNode;
  /** Why it did not work. */
  readonly problem: string | undefined;
  readonly onClose: () => void;
}

/** A dialog that does something: not while there is a reason against it, which its foot gives. */
export function FormDialog({
  title,
  hint,
  isNarrow,
  onSubmit,
  children,
  ...foot
}: Omit<ComponentProps<typeof Dialog>, "foot"> & FootProps) {
  return (
    <Dialog
      title={title}
      hint={hint}
      isNarrow={isNarrow}
      onClose={foot.onClose}
      onSubmit={() => {
        if (foot.disabledReason === undefined) onSubmit();
      }}
      foot={<Foot {...foot} />}
    >
      {children}
    </Dialog>
  );
}

/** What went wrong or is missing, the way back, and the button that does it. */
function Foot({ action, before, problem, disabledReason, onClose, ...submit }: FootProps) {
  return (
    <>
      {before}
      <span className="grow small">
        <span className="problem" role="alert">
          {problem}
        </span>{" "}
        <span className="text-2">{disabledReason}</span>
      </span>
      <Button onClick={onClose}>
        Cancel <kbd>Esc</kbd>
      </Button>
      <Button type="submit" tone="primary" disabledReason={disabledReason} {...submit}>
        {action}
      </Button>
    </>
  );
}
