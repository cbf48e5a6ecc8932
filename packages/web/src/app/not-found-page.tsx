import { Link } from "@tanstack/react-router";
import { Empty } from "../ui/empty.tsx";
import { TabTitle } from "./page-head.tsx";

/** For an address that leads nowhere. */
export function NotFoundPage() {
  return (
    <>
      <TabTitle title="Not found" />
      <Empty title="There is no such page">
        <Link to="/" className="link">
          Go to Home
        </Link>
      </Empty>
    </>
  );
}
