import { Button } from "../../ui/button.tsx";

/** Opens the dialog for the note of a run or a task instance. */
export function NoteButton({
  note,
  refusal,
  onClick,
}: {
  readonly note: string | null;
  /** Why it may not be written. */
  readonly refusal: string | undefined;
  readonly onClick: () => void;
}) {
  return (
    <Button acts icon="file" disabledReason={refusal} onClick={onClick}>
      {note === null || note === "" ? "Add note" : "Edit note"}
    </Button>
  );
}
