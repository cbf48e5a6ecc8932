import type { Shape } from "./state-shape.tsx";

/** How a state is drawn and named. */
export interface StateLook {
  readonly label: string;
  readonly meaning: string;
  readonly shape: Shape;
  /** Name of the custom property with its colour. */
  readonly colour: `--${string}`;
}
