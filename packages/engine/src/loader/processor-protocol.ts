import type { ModuleSettings } from "../runner/module-settings.ts";
import type { ProcessorReport } from "./processor.ts";

/** What the dag processor is told. */
export type ProcessorRequest =
  | {
      readonly kind: "start";
      readonly bundleDir: string;
      readonly modules: ModuleSettings;
      readonly importTimeoutMs: number;
      readonly heapLimitMb: number;
      readonly rescanMs: number;
    }
  | { readonly kind: "refresh"; readonly id: number };

/** What the dag processor says. */
export type ProcessorMessage =
  | ProcessorReport
  | { readonly kind: "refreshed"; readonly id: number };
