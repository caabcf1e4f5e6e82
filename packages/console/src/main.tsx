import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isLoggedOut, isRefused } from './api/client.ts';
import { sessionEnded } from './api/session.ts';
import { LiveProvider } from './live/live-context.tsx';
import { router } from './router.tsx';
import { LogInGate } from './shell/log-in.tsx';
import { applyTheme, readTheme } from './shell/theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './ui/ui.css';
import './ui/field.css';
import './ui/table.css';

const RETRIES = 2;

applyTheme(readTheme());

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error, { queryKey: [name] }) {
      if (isLoggedOut(error) && name !== 'session') sessionEnded();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (count, error) => !isRefused(error) && count < RETRIES,
    },
  },
});

const place = document.getElementById('console');
if (place === null) throw new Error('index.html has no #console');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LogInGate>
        <LiveProvider>
          <RouterProvider router={router} />
        </LiveProvider>
      </LogInGate>
    </QueryClientProvider>
  </StrictMode>,
);
