import { useRefusal } from "../../app/use-refusal.ts";
import { Button } from "../../ui/button.tsx";

/** Opens the dialog for the note of a run or a task instance. */
export function NoteButton({
  note,
  onClick,
}: {
  readonly note: string | null;
  readonly onClick: () => void;
}) {
  return (
    <Button icon="file" disabledReason={useRefusal("editor")} onClick={onClick}>
      {note === null || note === "" ? "Add note" : "Edit note"}
    </Button>
  );
}
