import { renderLook, type StateLook } from "./state-look.ts";
import { SHAPES } from "./state-shape.tsx";

/** A state as a shape. With `isDecoration` the word stands beside it, so the shape is not announced. */
export function StateIcon({
  look,
  size = 14,
  isDecoration = false,
}: {
  readonly look: StateLook;
  readonly size?: number;
  readonly isDecoration?: boolean;
}) {
  const name = isDecoration ? { "aria-hidden": true } : { role: "img", "aria-label": look.label };
  return (
    <svg
      {...name}
      className={look.shape === "arc" ? "state-icon turning" : "state-icon"}
      viewBox="0 0 16 16"
      style={{ color: `var(${look.colour})`, width: size, height: size }}
    >
      {SHAPES[look.shape]}
    </svg>
  );
}

/** A state as shape and word; the word keeps the colour of the text. */
export function StateLabel({ look, size }: { readonly look: StateLook; readonly size?: number }) {
  return (
    <span className="state" title={look.meaning}>
      <StateIcon look={look} size={size ?? 14} isDecoration />
      {renderLook(look)}
    </span>
  );
}

/** A state with how often it occurs. */
export function StateCount({ look, count }: { readonly look: StateLook; readonly count: number }) {
  return (
    <span className="state" title={look.label}>
      <StateIcon look={look} size={13} />
      {count}
    </span>
  );
}
