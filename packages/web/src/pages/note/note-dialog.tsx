import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";

/** Takes down what a person has to say of a run or a task instance; emptied, the note is gone. */
export function NoteDialog({
  dagId,
  title,
  note,
  save,
  onClose,
}: {
  readonly dagId: string;
  readonly title: string;
  readonly note: string | null;
  readonly save: (note: string | null) => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const { queryClient, toasts } = useServices();
  const [text, setText] = useState(note ?? "");
  const trimmed = text.trim();
  const saving = useMutation({
    mutationFn: () => save(trimmed === "" ? null : trimmed),
    onSuccess: async () => {
      toasts.show(trimmed === "" ? "Note removed" : "Note saved");
      onClose();
      await queryClient.invalidateQueries();
    },
  });
  const refusal = useRefusal("editor", dagId);
  return (
    <FormDialog
      title={title}
      isNarrow
      action="Save note"
      problem={saving.error?.message}
      disabledReason={refusal ?? (saving.isPending ? "Saving the note" : undefined)}
      onClose={onClose}
      onSubmit={() => saving.mutate()}
    >
      <TextField
        label="Note"
        isOptional
        lines={5}
        value={text}
        onChange={setText}
        hint="Everybody who may see this page reads it. It stays through retries and clears."
      />
    </FormDialog>
  );
}
