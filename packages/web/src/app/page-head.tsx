import type { ReactNode } from "react";

/** Browser tab and heading of a page: identity left, actions right. */
export function PageHead({
  title,
  tabTitle = title,
  tone = "plain",
  before,
  after,
  actions,
}: {
  readonly title: string;
  /** What the browser's tab says, where it is more than the title: `Failed: extract`. */
  readonly tabTitle?: string;
  readonly tone?: "plain" | "failed" | "running";
  readonly before?: ReactNode;
  readonly after?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <>
      <TabTitle title={tabTitle} tone={tone} />
      <div className="page-head">
        <div className="page-title">
          {before}
          <h1>{title}</h1>
          {after}
        </div>
        <div className="row wrap">{actions}</div>
      </div>
    </>
  );
}

/** Title and icon of the browser's tab; the icon carries the state. */
export function TabTitle({
  title,
  tone = "plain",
}: {
  readonly title: string;
  readonly tone?: "plain" | "failed" | "running";
}) {
  const icon = tone === "plain" ? "/favicon.svg" : `/favicon-${tone}.svg`;
  return (
    <>
      <title>{`${title} · Airloom`}</title>
      {/* Of several icons browsers take the last: this one wins over that of index.html. */}
      <link rel="icon" href={icon} type="image/svg+xml" />
    </>
  );
}
