import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useServices } from "../../app/services.ts";
import { askDbt } from "./dbt-client.ts";
import type { DbtRun } from "./dbt-wire.ts";

/** A request that returns a run, such as a trigger or a retry. */
export interface StartRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Starts a run and opens its page. */
export function useStartRun() {
  const { queryClient, toasts } = useServices();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ path, body }: StartRequest) => askDbt<DbtRun>(path, { body }),
    onSuccess: async (run) => {
      await queryClient.invalidateQueries({ queryKey: ["dbt"] });
      await navigate({
        to: "/accounts/$accountId/projects/$projectId/runs/$runId",
        params: {
          accountId: String(run.account_id),
          projectId: String(run.project_id),
          runId: String(run.id),
        },
      });
    },
    onError: (error) => toasts.show(error.message, { tone: "bad" }),
  });
}
