import type { ReactNode, Ref } from "react";

/** A named stretch that scrolls by itself; without a mouse it is the focus that lets the arrows reach it. */
export function ScrollRegion({
  label,
  className,
  ref,
  onScrollCapture,
  children,
}: {
  readonly label: string;
  readonly className: string;
  readonly ref?: Ref<HTMLElement> | undefined;
  readonly onScrollCapture?: (() => void) | undefined;
  readonly children: ReactNode;
}) {
  return (
    <section
      ref={ref}
      className={className}
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
      tabIndex={0}
      onScrollCapture={onScrollCapture}
    >
      {children}
    </section>
  );
}
