import { Route, Routes } from 'react-router';

import { NotFoundPage } from './NotFoundPage';
import { AddSourcePage, ChooseConnectorPage, EditSourcePage, QueryPage, SourcesPage } from './pages';
import { Shell } from './Shell';

export function AppRoutes() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<QueryPage />} />
        <Route path="sources" element={<SourcesPage />} />
        <Route path="sources/new" element={<ChooseConnectorPage />} />
        <Route path="sources/new/:connector" element={<AddSourcePage />} />
        <Route path="sources/:name/edit" element={<EditSourcePage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
