import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../app/services.ts";
import { renderCount, renderPlural } from "../../format/number.ts";
import { IconButton } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { LOG_LEVELS, type LogFilter, type LogLevel } from "./filter-log.ts";
import { LogLines } from "./log-lines.tsx";
import { type LogTable, MAX_COPIED, type RowRange } from "./log-table.ts";

interface LogPanelProps {
  readonly table: LogTable;
  readonly filter: LogFilter;
  readonly onFilter: (filter: LogFilter) => void;
  readonly hint?: string;
  readonly fileName: string;
  readonly isLive: boolean;
  /** Begins at the first error rather than at the end. */
  readonly startsAtError?: boolean;
  /** The line the address names: marked and scrolled to. */
  readonly line: number | undefined;
  readonly onLine: (line: number) => void;
  /** Hears which rows are looked at. */
  readonly onRange?: ((range: RowRange) => void) | undefined;
}

/** A log to search, filter, follow, copy and link into. */
export function LogPanel(props: LogPanelProps) {
  const { table, filter, isLive, startsAtError = false, line, onLine, onRange } = props;
  const [isWrapped, setWrapped] = useState(false);
  const [seen, setSeen] = useState(0);
  return (
    <Panel
      title="Log"
      isFilling
      hint={<LogHint {...props} />}
      actions={
        <>
          <div className="log-search">
            <SearchField
              label="Search all lines"
              value={filter.search}
              onChange={(search) => props.onFilter({ ...filter, search })}
            />
          </div>
          <LevelChoice {...props} />
          <ErrorSteps table={table} from={line ?? seen} onLine={onLine} />
          <IconButton
            isSmall
            icon="wrap"
            label="Wrap long lines"
            aria-pressed={isWrapped}
            onClick={() => setWrapped(!isWrapped)}
          />
          <CopyButton
            text={table.loadText}
            label="Copy these lines"
            disabledReason={
              table.rows > MAX_COPIED
                ? `Copies up to ${renderCount(MAX_COPIED)} lines: search for fewer, or download them`
                : undefined
            }
          />
          <IconButton
            isSmall
            icon="download"
            label="Download these lines"
            onClick={() => table.download(props.fileName)}
          />
        </>
      }
    >
      {table.isPending ? (
        <Skeleton rows={8} />
      ) : (
        <LogLines
          table={table}
          filter={filter}
          isWrapped={isWrapped}
          isLive={isLive}
          hit={line}
          start={startsAtError && line === undefined ? table.firstError : undefined}
          onLine={onLine}
          onRange={(range) => {
            setSeen(table.lineAt(range.first)?.number ?? 0);
            onRange?.(range);
          }}
        />
      )}
    </Panel>
  );
}

function LogHint({ table, hint, onLine }: LogPanelProps) {
  const { firstError, rows, total } = table;
  return (
    <span aria-live="polite" aria-busy={table.isBehind}>
      {rows !== total && `${renderCount(rows)} of `}
      {renderPlural(total, "line")}
      {hint !== undefined && `, ${hint}`}
      {firstError !== undefined && (
        <>
          , first error at{" "}
          <button type="button" className="link" data-key="e" onClick={() => onLine(firstError)}>
            {renderCount(firstError)}
          </button>
        </>
      )}
    </span>
  );
}

function LevelChoice({ table, filter, onFilter }: LogPanelProps) {
  return (
    <label className="chip">
      <span className="visually-hidden">Least level</span>
      <select
        value={filter.level}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onFilter({ ...filter, level: LOG_LEVELS.find((name) => name === chosen) ?? "debug" });
        }}
      >
        {LOG_LEVELS.map((name) => (
          <option key={name} value={name}>
            {nameOf(name)} ({renderCount(countFrom(name, table.counts))})
          </option>
        ))}
      </select>
    </label>
  );
}

function nameOf(level: LogLevel): string {
  if (level === "debug") return "All levels";
  return level === "error" ? level : `${level} and up`;
}

/** How many lines there are at a level or above. */
function countFrom(least: LogLevel, counts: LogTable["counts"]): number {
  return LOG_LEVELS.slice(LOG_LEVELS.indexOf(least)).reduce((sum, level) => sum + counts[level], 0);
}

/** Steps from one error to the next among the lines that are shown, from the chosen line or from the first in view. */
function ErrorSteps({
  table,
  from,
  onLine,
}: {
  readonly table: LogTable;
  readonly from: number;
  readonly onLine: (line: number) => void;
}) {
  const { toasts } = useServices();
  const reason = table.counts.error === 0 ? "No line here is an error" : undefined;
  const step = useMutation({
    mutationFn: table.findError,
    onSuccess: (found, { which, line }) => {
      if (found !== undefined) return onLine(found);
      const side = which === "previous" ? "before" : "after";
      toasts.show(`No error ${side} line ${renderCount(line)}`);
    },
    onError: (error) => {
      toasts.show(`Could not look for the error: ${error.message}`, { tone: "bad" });
    },
  });
  return (
    <span className="log-steps">
      <IconButton
        isSmall
        icon="up"
        label="Previous error"
        data-key="N"
        disabledReason={reason}
        onClick={() => step.mutate({ which: "previous", line: from })}
      />
      <IconButton
        isSmall
        icon="down"
        label="Next error"
        data-key="n"
        disabledReason={reason}
        onClick={() => step.mutate({ which: "next", line: from })}
      />
    </span>
  );
}
