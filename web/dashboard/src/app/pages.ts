import { lazy } from 'react';

const load = {
  query: () => import('../query/QueryPage'),
  sources: () => import('../sources/SourcesPage'),
  chooseConnector: () => import('../sources/add/ChooseConnectorPage'),
  addSource: () => import('../sources/add/AddSourcePage'),
  editSource: () => import('../sources/EditSourcePage'),
};

export const QueryPage = lazy(load.query);
export const SourcesPage = lazy(load.sources);
export const ChooseConnectorPage = lazy(load.chooseConnector);
export const AddSourcePage = lazy(load.addSource);
export const EditSourcePage = lazy(load.editSource);

/** Fetches the code of every page when the browser is idle: they then open at once, and also while the gateway is away. */
export function preloadPages(): void {
  const idle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 1_000));
  idle(() => {
    for (const part of [...Object.values(load), () => import('../query/editor/SqlEditor')]) {
      // What cannot be fetched now is fetched when it is needed.
      part().catch(() => undefined);
    }
  });
}
