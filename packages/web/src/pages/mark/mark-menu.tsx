import { StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { useDisabledReason } from "../../ui/blocked.ts";
import { Menu, MenuItem } from "../../ui/menu.tsx";

/** The outcomes that may be given by hand; choosing one asks first. */
export function MarkMenu<Mark extends "success" | "failed" | "skipped">({
  marks,
  current,
  refusal,
  onChoose,
}: {
  readonly marks: readonly Mark[];
  readonly current: string | null;
  /** Why none may be given. */
  readonly refusal: string | undefined;
  readonly onChoose: (mark: Mark) => void;
}) {
  return (
    <Menu label="Mark as" disabledReason={useDisabledReason(refusal, true)}>
      {marks
        .filter((mark) => mark !== current)
        .map((mark) => (
          <MenuItem key={mark} onClick={() => onChoose(mark)}>
            <StateIcon look={TASK_LOOKS[mark]} isDecoration />
            {TASK_LOOKS[mark].label}
          </MenuItem>
        ))}
    </Menu>
  );
}
