import type { Route } from './lib/router.ts'

/** Every page. Each is loaded when it is first gone to; `styles` are its stylesheets outside styles/. */
export const routes: readonly Route[] = [
  { path: '/', title: 'Now', load: () => import('./now/page.ts') },
  { path: '/sessions/:id?', title: 'Sessions', styles: ['detail'], load: () => import('./media/page.ts') },
  {
    path: '/containers',
    title: 'Containers',
    styles: ['table', 'detail', 'drawer', 'smalls', 'log', 'container'],
    load: () => import('./containers/page.ts'),
  },
  {
    path: '/containers/:id',
    title: 'Container',
    styles: ['table', 'detail', 'drawer', 'smalls', 'chart', 'log', 'container'],
    load: () => import('./containers/container-page.ts'),
  },
  {
    path: '/sources/:id?',
    title: 'Sources',
    styles: ['table', 'detail', 'sources'],
    load: () => import('./sources/page.ts'),
  },
  { path: '/people/:id?', title: 'People', styles: ['table', 'detail'], load: () => import('./people/page.ts') },
  { path: '/audit', title: 'Audit', styles: ['table', 'detail'], load: () => import('./people/audit-page.ts') },
  { path: '/me', title: 'Me', styles: ['table', 'detail'], load: () => import('./people/me-page.ts') },
  { path: '/settings', title: 'Settings', styles: ['table', 'detail'], load: () => import('./settings/page.ts') },
  {
    path: '/system',
    title: 'System',
    styles: ['table', 'detail', 'smalls', 'chart'],
    load: () => import('./system/page.ts'),
  },
  { path: '/more', title: 'More', styles: ['more'], load: () => import('./more/page.ts') },
]
