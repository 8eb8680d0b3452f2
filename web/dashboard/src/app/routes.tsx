import { createBrowserRouter } from 'react-router';

import { NotFoundPage } from './NotFoundPage';
import { AddSourcePage, ChooseConnectorPage, EditSourcePage, QueryPage, SourcesPage } from './pages';
import { RouteFailure } from './RouteFailure';
import { Shell } from './Shell';

export function createRouter() {
  return createBrowserRouter([
    {
      element: <Shell />,
      errorElement: <RouteFailure />,
      children: [
        {
          // A page that fails leaves the header and the way to the other pages in place.
          errorElement: <RouteFailure />,
          children: [
            { index: true, element: <QueryPage /> },
            { path: 'sources', element: <SourcesPage /> },
            { path: 'sources/new', element: <ChooseConnectorPage /> },
            { path: 'sources/new/:connector', element: <AddSourcePage /> },
            { path: 'sources/:name/edit', element: <EditSourcePage /> },
            { path: '*', element: <NotFoundPage /> },
          ],
        },
      ],
    },
  ]);
}
