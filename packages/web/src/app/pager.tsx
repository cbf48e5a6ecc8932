import { renderCount } from "../format/number.ts";
import { Button } from "../ui/button.tsx";

/** Moves through the pages of a list; nothing when all fits on one. */
export function Pager({
  offset,
  size,
  total,
  onMove,
}: {
  readonly offset: number;
  readonly size: number;
  readonly total: number;
  readonly onMove: (offset: number) => void;
}) {
  if (total <= size && offset === 0) return null;
  const last = Math.min(offset + size, total);
  return (
    <nav className="row pager" aria-label="Pages">
      <span className="text-2 small grow">
        {renderCount(offset + 1)} to {renderCount(last)} of {renderCount(total)}
      </span>
      <Button
        size="small"
        disabledReason={offset === 0 ? "This is the first page" : undefined}
        onClick={() => onMove(Math.max(0, offset - size))}
      >
        Newer
      </Button>
      <Button
        size="small"
        disabledReason={last >= total ? "This is the last page" : undefined}
        onClick={() => onMove(offset + size)}
      >
        Older
      </Button>
    </nav>
  );
}
