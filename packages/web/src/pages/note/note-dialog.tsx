import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { DialogFoot } from "../../ui/dialog-foot.tsx";
import { TextField } from "../../ui/field.tsx";

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
  const reasonNot = refusal ?? (saving.isPending ? "Saving the note" : undefined);
  return (
    <Dialog
      title={title}
      isNarrow
      onClose={onClose}
      onSubmit={() => {
        if (reasonNot === undefined) saving.mutate();
      }}
      foot={
        <DialogFoot problem={saving.error?.message} disabledReason={reasonNot} onClose={onClose}>
          Save note
        </DialogFoot>
      }
    >
      <TextField
        label="Note"
        isOptional
        lines={5}
        value={text}
        onChange={setText}
        hint="Everybody who may see this page reads it. It stays through retries and clears."
      />
    </Dialog>
  );
}
