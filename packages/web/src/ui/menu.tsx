import { type ReactNode, useId } from "react";
import { Icon, type IconName } from "./icon.tsx";

/** Puts the menu under its button, inside the window. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const anchor = button.getBoundingClientRect();
  const left = Math.min(anchor.left, window.innerWidth - menu.offsetWidth - 8);
  const below = anchor.bottom + 4;
  const fits = below + menu.offsetHeight < window.innerHeight;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${fits ? below : Math.max(8, anchor.top - menu.offsetHeight - 4)}px`;
}

/** A button with a menu of actions; the browser closes it on Escape and on a click elsewhere. */
export function Menu({
  label,
  icon,
  isIconOnly = false,
  isQuiet = false,
  isSmall = false,
  disabledReason,
  children,
}: {
  readonly label: string;
  readonly icon?: IconName;
  readonly isIconOnly?: boolean;
  /** Looks like a line of the sidebar. */
  readonly isQuiet?: boolean;
  readonly isSmall?: boolean;
  /** Why none of its actions can be taken. */
  readonly disabledReason?: string | undefined;
  readonly children: ReactNode;
}) {
  const id = useId();
  const isDisabled = disabledReason !== undefined;
  return (
    <>
      <button
        type="button"
        id={`${id}-button`}
        className={
          isIconOnly ? "icon-button" : `button ${isSmall ? "small" : ""} ${isQuiet ? "quiet" : ""}`
        }
        popoverTarget={isDisabled ? undefined : id}
        aria-disabled={isDisabled || undefined}
        aria-label={isIconOnly ? label : undefined}
        title={disabledReason ?? (isIconOnly ? label : undefined)}
      >
        {icon !== undefined && <Icon name={icon} />}
        {!isIconOnly && label}
        {!isIconOnly && <Icon name="down" />}
      </button>
      <div
        id={id}
        popover="auto"
        className="menu"
        onToggle={(event) => {
          const button = document.getElementById(`${id}-button`);
          if (event.newState === "open" && button !== null) place(event.currentTarget, button);
        }}
      >
        {children}
      </div>
    </>
  );
}

/** One action of a `Menu`; choosing it closes the menu. */
export function MenuItem({
  icon,
  children,
  onClick,
}: {
  readonly icon?: IconName;
  readonly children: ReactNode;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      onClick={(event) => {
        event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
        onClick();
      }}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}
