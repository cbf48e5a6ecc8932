import { useConfig } from "../app/services.ts";
import { AccountsPage } from "./dbt/accounts-page.tsx";
import { HomePage } from "./home/home-page.tsx";

/** The first page of whoever serves the app. */
export function IndexPage() {
  return useConfig() === undefined ? <AccountsPage /> : <HomePage />;
}
