import { useMutation } from "@tanstack/react-query";
import { useServices } from "./services.ts";

/** Saving and deleting one stored thing: each tells, and the list behind it is read anew. */
export function useEntryActions(entry: {
  /** What it is and what it is called: `pool maintenance`. */
  readonly noun: string;
  readonly name: string;
  readonly queryKey: string;
  readonly save: () => Promise<unknown>;
  readonly remove: () => Promise<unknown>;
  readonly onDone: (outcome: "saved" | "deleted") => void;
}) {
  const { queryClient, toasts } = useServices();
  const done = async (outcome: "saved" | "deleted"): Promise<void> => {
    toasts.show(`${outcome === "saved" ? "Saved" : "Deleted"} ${entry.noun} ${entry.name}`);
    entry.onDone(outcome);
    await queryClient.invalidateQueries({ queryKey: [entry.queryKey] });
  };
  return {
    save: useMutation({ mutationFn: entry.save, onSuccess: () => done("saved") }),
    remove: useMutation({ mutationFn: entry.remove, onSuccess: () => done("deleted") }),
  };
}
