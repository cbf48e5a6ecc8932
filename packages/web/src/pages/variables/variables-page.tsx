import { PageHead } from "../../app/page-head.tsx";

export function VariablesPage() {
  return <PageHead title="Variables" />;
}
