import { useRefusal } from "../../app/use-refusal.ts";
import { Switch } from "../../ui/switch.tsx";
import { useSetPaused } from "./use-set-paused.ts";

/** Pauses and resumes a Dag; takes effect at once and can be undone. */
export function PauseSwitch({
  dagId,
  isPaused,
}: {
  readonly dagId: string;
  readonly isPaused: boolean;
}) {
  const setPaused = useSetPaused();
  return (
    <span data-key="p" className="press-through">
      <Switch
        isOn={!isPaused}
        label={`${isPaused ? "Resume" : "Pause"} ${dagId}`}
        disabledReason={useRefusal("editor", dagId)}
        onChange={(isOn) => setPaused({ dagId, isPaused: !isOn })}
      />
    </span>
  );
}
