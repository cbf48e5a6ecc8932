import { PageHead } from "../../app/page-head.tsx";

export function AuditPage() {
  return <PageHead title="Audit" />;
}
