import { PageHead } from "../../app/page-head.tsx";

export function AccountsPage() {
  return <PageHead title="Accounts" />;
}
