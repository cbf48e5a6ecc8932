import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type RefObject, useLayoutEffect, useRef, useState } from "react";
import { renderCount } from "../../format/number.ts";
import { parseAnsi } from "../../ui/parse-ansi.ts";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import type { LogFilter, NumberedLine } from "./filter-log.ts";
import type { LogTable, RowRange } from "./log-table.ts";
import { markMatches } from "./mark-matches.ts";

/** In pixels, as the style sheet has it; wrapped lines are measured. */
const LINE_HEIGHT = 19;
/** No browser has a page of any height: of longer logs it scrolls through a part at a time. */
const ROWS_AT_ONCE = 800_000;

interface LogLinesProps {
  readonly table: LogTable;
  readonly filter: LogFilter;
  readonly isWrapped: boolean;
  readonly isLive: boolean;
  readonly hit: number | undefined;
  /** The line to begin at; nothing is marked. */
  readonly start: number | undefined;
  readonly onLine: (line: number) => void;
  readonly onRange: (range: RowRange) => void;
}

/** The lines in view, of however many. At the end it stays at the end while the log grows. */
export function LogLines(props: LogLinesProps) {
  const { table, filter, isWrapped, isLive, hit, onLine, onRange } = props;
  const scroller = useRef<HTMLElement>(null);
  const [begin, setBegin] = useState<number>();
  const base = begin ?? Math.max(0, table.rows - ROWS_AT_ONCE);
  const count = Math.min(ROWS_AT_ONCE, table.rows - base);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => base + index,
    paddingStart: 6,
    paddingEnd: 6,
    overscan: 20,
    // What comes with the first answer is the end: nothing else is to be asked for before it shows.
    initialOffset: count * LINE_HEIGHT,
    anchorTo: "end",
    onChange: ({ range }) => {
      if (range !== null) {
        onRange({ first: base + range.startIndex, last: base + range.endIndex });
      }
    },
  });
  const following = useRef(true);
  const showEnd = () => {
    following.current = true;
    scroller.current?.scrollTo({ top: rows.getTotalSize() });
  };
  useFollowing(following, scroller, rows.getTotalSize());
  useGoal(props, {
    isInView: (row) => {
      const { range } = rows;
      const at = row - base;
      return range !== null && at > range.startIndex && at < range.endIndex;
    },
    show: (row) => {
      if (row < base || row >= base + count) {
        setBegin(Math.max(0, row - Math.floor(ROWS_AT_ONCE / 2)));
        return false;
      }
      following.current = false;
      rows.scrollToIndex(row - base, { align: "center" });
      return true;
    },
    showEnd,
  });
  if (table.rows === 0) {
    return <p className="panel-body text-3 small">{emptyText(props)}</p>;
  }
  const isAway = !rows.isAtEnd(LINE_HEIGHT);
  return (
    <>
      {base > 0 && (
        <p className="log-more small">
          {renderCount(base)} earlier lines:{" "}
          <button type="button" className="link" onClick={() => setBegin(0)}>
            go to the first
          </button>
        </p>
      )}
      <div className="log-frame">
        <ScrollRegion
          className={`log${isWrapped ? " wrapped" : ""}${table.total > 9_999 ? " long" : ""}`}
          label="Log lines"
          ref={scroller}
          // Heard before the virtualizer hears it and draws anew.
          onScrollCapture={() => {
            following.current = isAtEnd(scroller.current);
          }}
        >
          <div className="log-canvas" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ key, index, start }) => (
              <div
                key={key}
                className="log-row"
                data-index={index}
                ref={isWrapped ? rows.measureElement : undefined}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Line
                  line={table.lineAt(base + index)}
                  search={filter.search}
                  isHit={hit !== undefined && table.lineAt(base + index)?.number === hit}
                  onLine={onLine}
                />
              </div>
            ))}
          </div>
        </ScrollRegion>
        {isAway && (
          <button
            type="button"
            className="button small log-to-end"
            onClick={() => {
              setBegin(undefined);
              showEnd();
            }}
          >
            {isLive ? "Follow" : "To the end"}
          </button>
        )}
      </div>
    </>
  );
}

function emptyText({ table, isLive }: LogLinesProps): string {
  if (table.total > 0) return "No line matches.";
  return isLive ? "Nothing written yet." : "No lines.";
}

/** Keeps a log that is followed at its end whenever it has become higher. */
function useFollowing(
  following: RefObject<boolean>,
  scroller: RefObject<HTMLElement | null>,
  height: number,
): void {
  useLayoutEffect(() => {
    if (following.current) scroller.current?.scrollTo({ top: height });
  }, [following, scroller, height]);
}

function isAtEnd(element: HTMLElement | null): boolean {
  if (element === null) return true;
  return element.scrollHeight - element.clientHeight - element.scrollTop <= LINE_HEIGHT;
}

/** Brings what is to be seen into view, once for each: a log that was scrolled since stays where it is. */
function useGoal(
  { table, filter, hit, start }: LogLinesProps,
  scroll: {
    readonly isInView: (row: number) => boolean;
    readonly show: (row: number) => boolean;
    readonly showEnd: () => void;
  },
): void {
  const reached = useRef<string>(undefined);
  const goal = hit ?? start;
  const name = `${filter.level} ${filter.search} ${goal}`;
  useLayoutEffect(() => {
    if (reached.current === name || table.isBehind || table.rows === 0) return;
    if (goal === undefined) scroll.showEnd();
    else if (table.goalRow === undefined) return;
    else if (reached.current !== undefined && scroll.isInView(table.goalRow)) {
      reached.current = name;
      return;
    } else if (!scroll.show(table.goalRow)) return;
    reached.current = name;
  });
}

const Line = memo(function Line({
  line,
  search,
  isHit,
  onLine,
}: {
  readonly line: NumberedLine | undefined;
  readonly search: string;
  readonly isHit: boolean;
  readonly onLine: (line: number) => void;
}) {
  if (line === undefined) return <div className="log-line pending" aria-busy="true" />;
  return (
    <div className={`log-line ${line.level}`} data-hit={isHit}>
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
        {markMatches(parseAnsi(line.text), search).map((span) => (
          <Stretch key={span.at} {...span} />
        ))}
      </span>
    </div>
  );
});

function Stretch({ text, looks, isMatch }: ReturnType<typeof markMatches>[number]) {
  const className = looks.map((look) => `ansi-${look}`).join(" ");
  return isMatch ? (
    <mark className={className}>{text}</mark>
  ) : (
    <span className={className}>{text}</span>
  );
}
