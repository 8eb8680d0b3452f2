import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { BrowserRouter } from 'react-router';

import { Toasts } from '../components/toasts/Toasts';
import { createQueryClient } from '../sdk/queryClient';
import { AppRoutes } from './routes';
import { cssVariablesResolver, theme } from './theme';

/** The key is also read by public/color-scheme.js. */
const colorScheme = localStorageColorSchemeManager({ key: 'data-sources.color-scheme' });

export function App() {
  const [queryClient] = useState(createQueryClient);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
    >
      <Toasts />
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>
          <AppRoutes />
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}
