import type { Shape } from "./state-shape.tsx";

/** How a state is drawn and named. */
export interface StateLook {
  readonly label: string;
  readonly meaning: string;
  readonly shape: Shape;
  /** Name of the custom property with its colour. */
  readonly colour: `--${string}`;
}

/** The state's word where a line or a cell begins with it. */
export function renderLook({ label }: StateLook): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}
