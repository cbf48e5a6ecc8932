import type { ReactNode } from "react";
import { renderDuration, renderElapsed, secondsBetween } from "../format/duration.ts";
import {
  renderExact,
  renderInstant,
  renderMoment,
  renderRelative,
  renderRunTime,
  renderShort,
  renderZone,
} from "../format/time.ts";
import { useConfig, useNow } from "./services.ts";

/** The browser's own zone. */
export const LOCAL_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const RENDERERS = {
  relative: renderRelative,
  short: renderShort,
  run: renderRunTime,
  moment: renderMoment,
  full: (at) => renderInstant(at),
} as const satisfies Readonly<Record<string, (at: string, now: Date) => string>>;

/** An instant; exact on hover in UTC, the browser's and the installation's or Dag's zone. */
export function Instant({
  at,
  as = "relative",
  zone,
}: {
  readonly at: string | null | undefined;
  readonly as?: keyof typeof RENDERERS;
  /** The Dag's zone, where the page knows it. */
  readonly zone?: string | undefined;
}) {
  const now = useNow();
  const config = useConfig();
  if (at === null || at === undefined) return null;
  const dagZone = zone ?? config?.timezone;
  const exact = renderExact(at, {
    local: LOCAL_ZONE,
    ...(dagZone === undefined ? {} : { dag: dagZone }),
  });
  const text = RENDERERS[as](at, now);
  return (
    <time dateTime={at} title={exact} className="nowrap">
      {text}
    </time>
  );
}

/** An instant to the second, as a fact: `null`, and so left out, where it has not come yet. */
export function momentOf(at: string | null): ReactNode {
  if (at === null) return null;
  return (
    <>
      <Instant at={at} as="moment" /> UTC
    </>
  );
}

/** How long something took, or takes until now. */
export function Took({
  start,
  end,
}: {
  readonly start: string | null | undefined;
  readonly end: string | null | undefined;
}) {
  if (end === null || end === undefined) return <Elapsed start={start} />;
  const seconds = secondsBetween(start, end, new Date(end));
  return seconds === undefined ? null : <span className="nowrap">{renderDuration(seconds)}</span>;
}

function Elapsed({ start }: { readonly start: string | null | undefined }) {
  const now = useNow();
  const seconds = secondsBetween(start, undefined, now);
  return seconds === undefined ? null : <span className="nowrap">{renderElapsed(seconds)}</span>;
}

/**
 * An instant as its Dag tells it, its zone named: `02:00 Berlin`, with `isExact` `02:00 Berlin (01:00 UTC)`; UTC and the
 * reader's own zone on hover.
 */
export function ZonedTime({
  at,
  zone,
  isExact = false,
}: {
  readonly at: string;
  readonly zone: string;
  readonly isExact?: boolean;
}) {
  const now = useNow();
  const utc = isExact && zone !== "UTC" ? ` (${renderShort(at, now)} UTC)` : "";
  return (
    <time
      dateTime={at}
      title={renderExact(at, { local: LOCAL_ZONE, dag: zone })}
      className="nowrap"
    >
      {renderShort(at, now, zone)} {renderZone(zone)}
      {utc}
    </time>
  );
}
