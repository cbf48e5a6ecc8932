import { PageHead } from "../../app/page-head.tsx";

export function PoolsPage() {
  return <PageHead title="Pools" />;
}
