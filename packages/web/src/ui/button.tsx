import type { ButtonHTMLAttributes, ReactNode } from "react";
import { useDisabledReason } from "./blocked.ts";
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
  /** It changes something, or leads to what does. @default what sends a form, or is primary or dangerous */
  readonly acts?: boolean | undefined;
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
  acts = tone === "primary" || tone === "danger" || type === "submit",
  onClick,
}: ButtonProps) {
  const reason = useDisabledReason(disabledReason, acts);
  const isDisabled = reason !== undefined;
  return (
    <button
      type={isDisabled ? "button" : type}
      className={`button ${tone} ${size}`}
      title={reason ?? title}
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
  acts = false,
  disabledReason,
  onClick,
  ...rest
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly isSmall?: boolean;
  /** It changes something, or leads to what does. */
  readonly acts?: boolean;
  /** Why it cannot be pressed now. */
  readonly disabledReason?: string | undefined;
} & Pick<ButtonHTMLAttributes<HTMLButtonElement>, "onClick" | "aria-pressed" | "popoverTarget">) {
  const reason = useDisabledReason(disabledReason, acts);
  return (
    <button
      type="button"
      className={isSmall ? "icon-button small" : "icon-button"}
      aria-label={label}
      aria-disabled={reason !== undefined || undefined}
      title={reason ?? label}
      onClick={reason === undefined ? onClick : undefined}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
