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

/** Milliseconds after which the page that was asked for is there and at work. */
const settled = 2_500;

/** Fetches the code of every page once the first one is at work: they then open at once, and also while the gateway is away. */
export function preloadPages(): () => void {
  const idle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run));
  const timer = setTimeout(() => {
    idle(() => {
      for (const part of [...Object.values(load), () => import('../query/editor/SqlEditor')]) {
        // What cannot be fetched now is fetched when it is needed.
        part().catch(() => undefined);
      }
    });
  }, settled);
  return () => clearTimeout(timer);
}
