import { type ReactNode, useId } from "react";
import { IconButton } from "./button.tsx";

const FIELD = ".dialog-body :is(input, select, textarea):not([readonly])";

/**
 * The focus starts on the first thing to fill in or choose; without one the browser puts it on the way back. However the
 * dialog goes, it is closed: only then does the browser give the focus back to what had it before.
 */
function showModal(dialog: HTMLDialogElement): () => void {
  if (!dialog.open) dialog.showModal();
  dialog.querySelector<HTMLElement>(FIELD)?.focus();
  return () => dialog.close();
}

/** A modal dialog: the browser keeps the focus inside and closes it on Escape. */
export function Dialog({
  title,
  hint,
  foot,
  isNarrow = false,
  onClose,
  onSubmit,
  children,
}: {
  readonly title: string;
  readonly hint?: ReactNode | undefined;
  readonly foot: ReactNode;
  readonly isNarrow?: boolean | undefined;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <dialog
      ref={showModal}
      className={isNarrow ? "dialog narrow" : "dialog"}
      aria-labelledby={id}
      onClose={onClose}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header className="dialog-head">
        <div className="grow">
          <h2 id={id}>{title}</h2>
          {hint !== undefined && <div className="text-2 small">{hint}</div>}
        </div>
      </header>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <div className="dialog-body stack">{children}</div>
        <footer className="dialog-foot">{foot}</footer>
      </form>
      {/* Last, so that the focus starts in the form and not on the way out. */}
      <div className="dialog-close">
        <IconButton icon="x" label="Close" onClick={onClose} />
      </div>
    </dialog>
  );
}
