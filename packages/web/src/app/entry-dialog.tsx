import { type ReactNode, useState } from "react";
import { refusedFieldsOf } from "../api/refused-fields.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { useEntryActions } from "./use-entry-actions.ts";

/** Makes, changes or deletes one stored thing; a delete asks first. */
export function EntryDialog({
  noun,
  name,
  hint,
  isNew,
  queryKey,
  problem,
  keptBecause,
  afterDelete,
  save,
  remove,
  onClose,
  children,
}: {
  /** What it is: `pool`. */
  readonly noun: string;
  readonly name: string;
  readonly hint?: string;
  readonly isNew: boolean;
  readonly queryKey: string;
  /** Why it cannot be saved as it stands. */
  readonly problem: string | undefined;
  /** Why it cannot be deleted. */
  readonly keptBecause: string | undefined;
  /** What a delete means for those who use it. */
  readonly afterDelete: string;
  readonly save: () => Promise<unknown>;
  readonly remove: () => Promise<unknown>;
  readonly onClose: () => void;
  /** The fields; as a function they are told what the server refused of each, and how to forget that. */
  readonly children:
    | ReactNode
    | ((refused: Readonly<Record<string, string>>, forget: () => void) => ReactNode);
}) {
  const [isAsking, setAsking] = useState(false);
  const actions = useEntryActions({ noun, name, queryKey, save, remove, onDone: onClose });
  if (isAsking) {
    return (
      <ConfirmDialog
        title={`Delete ${noun} ${name}?`}
        action={`Delete ${noun}`}
        isPending={actions.remove.isPending}
        problem={actions.remove.error?.message}
        onConfirm={() => actions.remove.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>{afterDelete}</p>
      </ConfirmDialog>
    );
  }
  const refused = typeof children === "function" ? refusedFieldsOf(actions.save.error) : {};
  const isBesideField = Object.keys(refused).length > 0;
  const refusal = problem ?? (actions.save.isPending ? "Saving" : undefined);
  return (
    <FormDialog
      title={isNew ? `New ${noun}` : `${noun.charAt(0).toUpperCase()}${noun.slice(1)} ${name}`}
      hint={hint}
      isNarrow
      before={
        !isNew && (
          <Button
            tone="danger"
            icon="trash"
            disabledReason={keptBecause}
            onClick={() => setAsking(true)}
          >
            Delete
          </Button>
        )
      }
      action="Save"
      problem={isBesideField ? undefined : actions.save.error?.message}
      disabledReason={refusal}
      onClose={onClose}
      onSubmit={() => actions.save.mutate()}
    >
      {typeof children === "function" ? children(refused, actions.save.reset) : children}
    </FormDialog>
  );
}
