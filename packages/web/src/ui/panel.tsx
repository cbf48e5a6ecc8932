import { type ReactNode, useId } from "react";

/** A bordered region with a heading line. */
export function Panel({
  title,
  hint,
  actions,
  foot,
  isFilling = false,
  children,
}: {
  readonly title: ReactNode;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly foot?: ReactNode;
  /** Takes the height that is left and scrolls inside. */
  readonly isFilling?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={isFilling ? "panel fill" : "panel"} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id} className="ellipsis">
          {title}
        </h2>
        <span className="text-3 small grow ellipsis">{hint}</span>
        {actions}
      </header>
      {children}
      {foot !== undefined && <footer className="panel-foot">{foot}</footer>}
    </section>
  );
}
