import { Link } from "@tanstack/react-router";
import { Empty } from "../ui/empty.tsx";
import { TabTitle } from "./page-head.tsx";

/** For an address that leads nowhere. */
export function NotFoundPage() {
  return (
    <main>
      <TabTitle title="Not found" />
      <Empty title="Nothing lives at this address">
        <Link to="/" className="link">
          Go to Home
        </Link>
      </Empty>
    </main>
  );
}
