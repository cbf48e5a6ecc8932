import { queryOptions } from "@tanstack/react-query";

export function accountsQuery() {
  return queryOptions({
    queryKey: ["dbt", "accounts"],
    queryFn: async (): Promise<readonly { readonly id: number }[]> => [],
  });
}
