import { describeTrouble, type RunState, type RunTroubleCounts } from "@airloom/api";
import { lookOfRun, RUN_LOOKS } from "./run-state.ts";
import { StateIcon } from "./state-icon.tsx";
import { renderLook } from "./state-look.ts";

/** A run's state as shape and words, with what went wrong in it below. */
export function RunLabel({
  run,
}: {
  readonly run: RunTroubleCounts & { readonly state: RunState };
}) {
  const look = lookOfRun(run);
  const trouble = describeTrouble(run);
  const word =
    trouble !== "" && run.state === "success" ? "Succeeded" : renderLook(RUN_LOOKS[run.state]);
  return (
    <span className="state run-label" title={trouble === "" ? look.meaning : renderLook(look)}>
      <StateIcon look={look} isDecoration />
      <span>
        {word}
        {trouble !== "" && (
          <>
            , <span className="run-trouble">{trouble}</span>
          </>
        )}
      </span>
    </span>
  );
}
