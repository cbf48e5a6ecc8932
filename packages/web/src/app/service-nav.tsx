import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQuery } from "../pages/dbt/dbt-queries.ts";
import { Icon } from "../ui/icon.tsx";
import { Brand } from "./brand.tsx";

const PLACES = [
  { to: "/accounts/$accountId/jobs", label: "Jobs", icon: "job" },
  { to: "/accounts/$accountId/runs", label: "Job runs", icon: "runs" },
] as const;

/** Navigation of the job service: the places of the first account. */
export function ServiceSidebar() {
  return (
    <nav className="sidebar" aria-label="Main">
      <Brand />
      <div className="nav-section">dbt</div>
      <Places className="nav-link" />
    </nav>
  );
}

/** The same at the bottom of a phone. */
export function ServiceTabbar() {
  return (
    <nav className="tabbar" aria-label="Main, phone">
      <Places className="" />
    </nav>
  );
}

function Places({ className }: { readonly className: string }) {
  const { data: accounts } = useQuery(accountsQuery());
  const account = accounts?.[0];
  if (account === undefined) return null;
  return PLACES.map(({ to, label, icon }) => (
    <Link
      key={to}
      to={to}
      params={{ accountId: String(account.id) }}
      className={className}
      activeOptions={{ includeSearch: false }}
    >
      <Icon name={icon} />
      <span className="nav-label">{label}</span>
    </Link>
  ));
}
