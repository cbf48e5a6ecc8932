import { Outlet, useRouterState } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { BlockedContext } from "../ui/blocked.ts";
import { ConnectionBanner } from "./connection-banner.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { Palette } from "./palette.tsx";
import { PlatformSidebar, PlatformTabbar } from "./platform-nav.tsx";
import { ServiceSidebar, ServiceTabbar } from "./service-nav.tsx";
import { useConfig, useConnection, usePreferences, useServices } from "./services.ts";
import { ToastList } from "./toast-list.tsx";
import { Topbar } from "./topbar.tsx";

/** The frame around every page: navigation, top bar, and the overlays no page owns. */
export function Shell() {
  const config = useConfig();
  const [{ isSidebarCollapsed }] = usePreferences();
  const isPlatform = config !== undefined;
  const blocked =
    useConnection().kind === "lost"
      ? "The server does not answer: nothing can be changed"
      : undefined;
  return (
    <BlockedContext value={blocked}>
      <div className="shell" data-collapsed={isSidebarCollapsed}>
        <a className="skip-link" href="#main">
          Skip to content
        </a>
        {isPlatform ? <PlatformSidebar config={config} /> : <ServiceSidebar />}
        <Topbar />
        <div className="page">
          <ConnectionBanner />
          <main className="main" id="main" tabIndex={-1}>
            <Outlet />
          </main>
          <ToastList />
        </div>
        {isPlatform ? <PlatformTabbar config={config} /> : <ServiceTabbar />}
        <Overlay />
      </div>
    </BlockedContext>
  );
}

function Overlay() {
  const { overlay } = useServices();
  const open = useSyncExternalStore(overlay.subscribe, overlay.get);
  const href = useRouterState({ select: (state) => state.location.href });
  const close = (): void => overlay.set(undefined);
  if (open === "keys") return <KeysDialog onClose={close} />;
  if (open === "palette") return <Palette key={href} onClose={close} />;
  return null;
}
