import type { ConnectionView, Page, PageRequest, Store } from "@airloom/core";
import { loadAll } from "../http/load-all.ts";
import type { Viewer } from "./viewer.ts";

type Filter = { readonly dagIds?: readonly string[] };
type Place = { readonly dagId: string };

const HIDDEN_SOURCE =
  "// The file of this Dag defines others that you may not see: it is not shown\n";

/**
 * The store as the one who asks may see it: a Dag that is hidden is not there, nor is anything of it, in no list and no
 * count. Handlers get no other store, so none of them can leave it out.
 */
export function scopeStore(store: Store, findViewer: () => Viewer | undefined): Store {
  const restricted = (): Viewer | undefined => {
    const viewer = findViewer();
    return viewer?.isRestricted === true ? viewer : undefined;
  };
  const isHidden = (dagId: string): boolean => restricted()?.canSee(dagId) === false;
  const narrow = <F extends Filter>(filter: F): F => {
    const viewer = restricted();
    if (viewer === undefined) return filter;
    const { dagIds = viewer.dagIds } = filter;
    return { ...filter, dagIds: dagIds.filter((dagId) => viewer.canSee(dagId)) };
  };
  const seenOf = (dagIds: readonly string[]) => dagIds.filter((dagId) => !isHidden(dagId));
  const unlessHidden = async <T extends Place>(found: Promise<T | undefined>) => {
    const item = await found;
    return item === undefined || isHidden(item.dagId) ? undefined : item;
  };
  const nothing = { items: [], total: 0 };

  return {
    ...store,
    findDag: async (dagId) => (isHidden(dagId) ? undefined : store.findDag(dagId)),
    listDags: (filter, page) => store.listDags(narrow(filter), page),
    deleteDag: async (dagId) => !isHidden(dagId) && store.deleteDag(dagId),
    setPaused: async (dagId, isPaused) => !isHidden(dagId) && store.setPaused(dagId, isPaused),
    findDagVersion: async (dagId, version) => {
      const found = isHidden(dagId) ? undefined : await store.findDagVersion(dagId, version);
      const isShown = found === undefined || restricted()?.canSeeFile(found.file) !== false;
      return isShown ? found : { ...found, source: HIDDEN_SOURCE };
    },
    listDagVersions: async (dagId, page) =>
      isHidden(dagId) ? nothing : store.listDagVersions(dagId, page),
    listImportErrors: async (page) => {
      const viewer = restricted();
      if (viewer === undefined) return store.listImportErrors(page);
      const orderBy = page.orderBy ?? [];
      const all = await loadAll((next) => store.listImportErrors({ ...next, orderBy }));
      return cutPage(
        all.filter(({ file }) => viewer.canSeeFile(file)),
        page,
      );
    },
    findImportError: async (id) => {
      const found = await store.findImportError(id);
      return found !== undefined && restricted()?.canSeeFile(found.file) !== false
        ? found
        : undefined;
    },

    findRun: async (dagId, runId) => (isHidden(dagId) ? undefined : store.findRun(dagId, runId)),
    listRuns: (filter, page) => store.listRuns(narrow(filter), page),
    deleteRun: async (dagId, runId) => !isHidden(dagId) && store.deleteRun(dagId, runId),
    saveRunNote: async (dagId, runId, note) =>
      !isHidden(dagId) && store.saveRunNote(dagId, runId, note),
    countActiveRuns: async (dagId) => (isHidden(dagId) ? 0 : store.countActiveRuns(dagId)),
    loadRunSummaries: (dagIds, count) => store.loadRunSummaries(seenOf(dagIds), count),
    loadRunCounts: (dagIds) => store.loadRunCounts(seenOf(dagIds)),
    loadGrid: async (dagId, runIds) => (isHidden(dagId) ? [] : store.loadGrid(dagId, runIds)),

    findTaskInstance: async (key) =>
      isHidden(key.dagId) ? undefined : store.findTaskInstance(key),
    findTaskInstanceById: (id) => unlessHidden(store.findTaskInstanceById(id)),
    listTaskInstances: (filter, page) => store.listTaskInstances(narrow(filter), page),
    findXCom: async (key) => (isHidden(key.dagId) ? undefined : store.findXCom(key)),
    listXComs: async (key) => (isHidden(key.dagId) ? [] : store.listXComs(key)),

    loadRunActivity: (since, dagIds) =>
      store.loadRunActivity(since, dagIds ?? restricted()?.dagIds),
    loadOpenFailures: (since, limit, dagIds) =>
      store.loadOpenFailures(since, limit, dagIds ?? restricted()?.dagIds),
    findConnectionView: async (connectionId) => {
      const found = await store.findConnectionView(connectionId);
      return found === undefined ? undefined : showConnection(found, restricted());
    },
    listConnections: async (filter, page) => {
      const viewer = restricted();
      if (viewer === undefined) return store.listConnections(filter, page);
      const orderBy = page.orderBy ?? [];
      const all = await loadAll((next) => store.listConnections(filter, { ...next, orderBy }));
      return cutPage(
        all.flatMap((view) => showConnection(view, viewer) ?? []),
        page,
      );
    },
    listAudit: (filter, page) => {
      const viewer = restricted();
      if (viewer === undefined) return store.listAudit(filter, page);
      const { dagIds, username } = viewer;
      return store.listAudit({ ...filter, visibleTo: { dagIds, username } }, page);
    },
  };
}

/** Of a scope, the names that fit a Dag which is seen; a connection of hidden Dags alone is hidden with them. */
function showConnection(
  view: ConnectionView,
  viewer: Viewer | undefined,
): ConnectionView | undefined {
  if (viewer === undefined || view.dags === null) return view;
  const dags = view.dags.filter((name) => viewer.seesAnyOf(name));
  return dags.length === 0 ? undefined : { ...view, dags };
}

function cutPage<T>(all: readonly T[], { offset, limit }: PageRequest): Page<T> {
  return { items: all.slice(offset, offset + limit), total: all.length };
}
