import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

export interface ButtonProps {
  readonly children?: ReactNode;
  readonly icon?: IconName | undefined;
  readonly tone?: "plain" | "primary" | "quiet" | "danger";
  readonly size?: "normal" | "small";
  readonly type?: "button" | "submit";
  /** Why it cannot be pressed now; shown on hover. The button stays focusable, so that everybody can read it. */
  readonly disabledReason?: string | undefined;
  readonly title?: string | undefined;
  readonly onClick?: (() => void) | undefined;
}

/** A button that never hides: when it cannot be pressed it says why. */
export function Button({
  children,
  icon,
  tone = "plain",
  size = "normal",
  type = "button",
  disabledReason,
  title,
  onClick,
}: ButtonProps) {
  const isDisabled = disabledReason !== undefined;
  return (
    <button
      type={isDisabled ? "button" : type}
      className={`button ${tone} ${size}`}
      title={disabledReason ?? title}
      aria-disabled={isDisabled || undefined}
      onClick={isDisabled ? undefined : onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that shows only an icon; `label` is its name for everybody else. */
export function IconButton({
  icon,
  label,
  isSmall = false,
  ...rest
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly isSmall?: boolean;
} & Pick<ButtonHTMLAttributes<HTMLButtonElement>, "onClick" | "aria-pressed" | "popoverTarget">) {
  return (
    <button
      type="button"
      className={isSmall ? "icon-button small" : "icon-button"}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
