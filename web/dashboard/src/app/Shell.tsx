import { Suspense, useEffect } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';

import { Brand } from '../components/Brand';
import { FailureBoundary } from '../components/FailureBoundary';
import { PageSkeleton } from '../components/PageSkeleton';
import { QuerySessionProvider } from '../query/session/QuerySessionProvider';
import { SdkProvider } from '../sdk/SdkProvider';
import { ColorSchemeMenu } from './ColorSchemeMenu';
import { OfflineBanner } from './OfflineBanner';
import { preloadPages } from './pages';
import classes from './Shell.module.css';

/** The frame around every page: skip link, header, navigation, and the SDK that the pages work with. */
export function Shell() {
  const { pathname } = useLocation();
  useEffect(preloadPages, []);
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <header className={classes.header}>
        <Brand />
        <nav className={classes.nav} aria-label="Pages">
          <NavLink className={classes.link ?? ''} to="/" end>
            Query
          </NavLink>
          <NavLink className={classes.link ?? ''} to="/sources">
            Sources
          </NavLink>
        </nav>
        <ColorSchemeMenu />
      </header>
      <SdkProvider>
        <OfflineBanner />
        <QuerySessionProvider>
          <main id="main" className={classes.main} tabIndex={-1}>
            {/* A page that fails leaves the header and the way to the other pages in place. */}
            <FailureBoundary of={pathname} title="This page failed">
              <Suspense fallback={<PageSkeleton />}>
                <Outlet />
              </Suspense>
            </FailureBoundary>
          </main>
        </QuerySessionProvider>
      </SdkProvider>
    </div>
  );
}
