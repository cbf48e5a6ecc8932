import { memo, useState } from "react";
import { renderCount, renderPlural } from "../../format/number.ts";
import { IconButton } from "../../ui/button.tsx";
import { centerIn } from "../../ui/center-in.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { parseAnsi } from "../../ui/parse-ansi.ts";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import {
  filterLog,
  findFirstError,
  LOG_LEVELS,
  type LogLevel,
  type NumberedLine,
  renderLog,
} from "./filter-log.ts";

/** Older lines come on request: a page of this size stays quick and the browser's own search works on it. */
const SHOWN_AT_ONCE = 5_000;

interface LogPanelProps {
  readonly lines: readonly NumberedLine[] | undefined;
  readonly hint?: string;
  readonly fileName: string;
  readonly isLive: boolean;
  /** Begins at the first error rather than at the top. */
  readonly startsAtError?: boolean;
  /** The line the address names: marked and scrolled to. */
  readonly line: number | undefined;
  readonly onLine: (line: number) => void;
}

/** A log to search, filter, follow, copy and link into. */
export function LogPanel({
  lines,
  hint,
  fileName,
  isLive,
  startsAtError = false,
  line,
  onLine,
}: LogPanelProps) {
  const [search, setSearch] = useState("");
  const [level, setLevel] = useState<LogLevel>("debug");
  const [isWrapped, setWrapped] = useState(false);
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const all = lines ?? [];
  const matching = filterLog(all, { search, level });
  const firstError = findFirstError(all);
  const isFiltered = matching.length !== all.length;
  return (
    <Panel
      title="Log"
      isFilling
      hint={
        <>
          {isFiltered && `${renderCount(matching.length)} of `}
          {renderPlural(all.length, "line")}
          {hint !== undefined && `, ${hint}`}
          {firstError !== undefined && (
            <>
              , first error at{" "}
              <button
                type="button"
                className="link"
                data-key="e"
                onClick={() => onLine(firstError)}
              >
                {firstError}
              </button>
            </>
          )}
        </>
      }
      actions={
        <>
          <div className="log-search">
            <SearchField label="Search all lines" value={search} onChange={setSearch} />
          </div>
          <label className="chip">
            <span className="visually-hidden">Least level</span>
            <select
              value={level}
              onChange={(event) => {
                const chosen = event.currentTarget.value;
                setLevel(LOG_LEVELS.find((name) => name === chosen) ?? "debug");
              }}
            >
              {LOG_LEVELS.map((name) => (
                <option key={name} value={name}>
                  {name === "debug" ? "All levels" : `${name}${name === "error" ? "" : " and up"}`}
                </option>
              ))}
            </select>
          </label>
          <IconButton
            isSmall
            icon="wrap"
            label="Wrap long lines"
            aria-pressed={isWrapped}
            onClick={() => setWrapped(!isWrapped)}
          />
          <CopyButton text={renderLog(matching)} label="Copy these lines" />
          <IconButton
            isSmall
            icon="download"
            label="Download these lines"
            onClick={() => download(fileName, renderLog(matching))}
          />
        </>
      }
    >
      {lines === undefined ? (
        <Skeleton rows={8} />
      ) : (
        <LogLines
          lines={matching.slice(-shown)}
          isWrapped={isWrapped}
          isLive={isLive}
          hit={line}
          start={startsAtError && line === undefined ? firstError : undefined}
          onLine={onLine}
          before={
            matching.length > shown && (
              <button type="button" className="link" onClick={() => setShown(shown * 4)}>
                Show {renderPlural(matching.length - shown, "earlier line")}
              </button>
            )
          }
        />
      )}
    </Panel>
  );
}

function LogLines({
  lines,
  before,
  isWrapped,
  isLive,
  hit,
  start,
  onLine,
}: {
  readonly lines: readonly NumberedLine[];
  readonly before: React.ReactNode;
  readonly isWrapped: boolean;
  readonly isLive: boolean;
  readonly hit: number | undefined;
  /** The line to begin at; nothing is marked. */
  readonly start: number | undefined;
  readonly onLine: (line: number) => void;
}) {
  if (lines.length === 0) {
    return (
      <p className="panel-body text-3 small">{isLive ? "Nothing written yet." : "No lines."}</p>
    );
  }
  return (
    <ScrollRegion
      className={isWrapped ? "log wrapped" : "log"}
      label="Log lines"
      ref={isLive && hit === undefined ? startAtEnd : undefined}
    >
      {before}
      {lines.map((entry) => (
        <Line
          key={entry.number}
          line={entry}
          isHit={entry.number === hit}
          isStart={entry.number === start}
          onLine={onLine}
        />
      ))}
      <div className="log-end" />
    </ScrollRegion>
  );
}

/** From the end on, scroll anchoring keeps new lines in view until somebody scrolls up. */
function startAtEnd(element: HTMLElement | null): void {
  if (element !== null && element.dataset["started"] === undefined) {
    element.dataset["started"] = "true";
    element.scrollTop = element.scrollHeight;
  }
}

function intoView(element: HTMLElement | null): void {
  centerIn(".log", element);
}

/** Once only: a log that was scrolled since stays where it is. */
function beginHere(element: HTMLElement | null): void {
  const log = element?.closest<HTMLElement>(".log");
  if (log === null || log === undefined || log.dataset["started"] !== undefined) return;
  log.dataset["started"] = "true";
  centerIn(".log", element);
}

const Line = memo(function Line({
  line,
  isHit,
  isStart,
  onLine,
}: {
  readonly line: NumberedLine;
  readonly isHit: boolean;
  readonly isStart: boolean;
  readonly onLine: (line: number) => void;
}) {
  return (
    <div
      className={`log-line ${line.level}`}
      data-hit={isHit}
      ref={isHit ? intoView : isStart ? beginHere : undefined}
    >
      <button
        type="button"
        tabIndex={-1}
        className="line-number"
        title="Link to this line"
        onClick={() => onLine(line.number)}
      >
        {line.number}
      </button>
      {line.at !== null && <span className="log-time">{line.at.slice(11, 23)}</span>}
      <span className="log-text">
        {parseAnsi(line.text).map((span) => (
          <span key={span.at} className={span.looks.map((look) => `ansi-${look}`).join(" ")}>
            {span.text}
          </span>
        ))}
      </span>
    </div>
  );
});

function download(fileName: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(link.href);
}
