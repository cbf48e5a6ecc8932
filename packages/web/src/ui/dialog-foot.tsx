import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button.tsx";

/** The foot of a dialog: what went wrong or is missing, the way back, and the button that does it. */
export function DialogFoot({
  before,
  problem,
  disabledReason,
  onClose,
  children,
  ...submit
}: Pick<ButtonProps, "icon" | "disabledReason"> & {
  /** Another way on, at the other end. */
  readonly before?: ReactNode;
  /** Why it did not work. */
  readonly problem?: string | undefined;
  readonly tone?: "primary" | "danger";
  readonly onClose: () => void;
  /** What the button does, in its own words. */
  readonly children: ReactNode;
}) {
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
        {children}
      </Button>
    </>
  );
}
