import { useMutation } from "@tanstack/react-query";
import { useServices } from "./services.ts";

/** Makes a token; `TokenOnce` shows the text that comes back. */
export function useNewToken<Draft, Made>(
  create: (draft: Draft) => Promise<Made>,
  { queryKey }: { readonly queryKey: readonly string[] },
) {
  const { queryClient } = useServices();
  return useMutation({
    mutationFn: create,
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
    // Otherwise the text of the token stays in memory for minutes after the dialog has closed.
    gcTime: 0,
  });
}
