import type { ReactNode } from "react";

export interface Segment<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
  readonly title?: string;
}

/** A row of choices of which one holds. */
export function Segments<Value extends string>({
  label,
  segments,
  value,
  isCompact = false,
  onChange,
}: {
  readonly label: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly isCompact?: boolean;
  readonly onChange: (value: Value) => void;
}) {
  return (
    <fieldset className={isCompact ? "segments compact" : "segments"} aria-label={label}>
      {segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          className="segment"
          title={segment.title}
          aria-pressed={segment.value === value}
          onClick={() => onChange(segment.value)}
        >
          {segment.label}
        </button>
      ))}
    </fieldset>
  );
}
