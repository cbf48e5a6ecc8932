import { renderLook, type StateLook } from "../states/state-look.ts";
import { Instant, Took } from "./time.tsx";

/** A state and its times: `Success 3 min ago, took 4 s`, or while it lasts `Running for 4 s`. */
export function StateSince({
  look,
  since,
  start,
  end,
}: {
  readonly look: StateLook;
  /** When it came to be so, for what has not begun. */
  readonly since: string | null;
  readonly start: string | null;
  readonly end: string | null;
}) {
  const word = renderLook(look);
  if (start !== null && end === null) {
    return (
      <span>
        {word} for <Took start={start} end={end} />
      </span>
    );
  }
  return (
    <>
      <span>
        {word} <Instant at={end ?? since} />
      </span>
      {start !== null && (
        <span>
          took <Took start={start} end={end} />
        </span>
      )}
    </>
  );
}
