import type { Route } from './lib/router.ts'
import * as now from './now/page.ts'

/** Every page. Now comes with the first load; each other is loaded when it is first gone to; `styles` are its stylesheets outside styles/. */
export const routes: readonly Route[] = [
  { path: '/', title: 'Now', load: async () => now },
  {
    path: '/sessions/rule',
    title: '4K rule',
    styles: ['table', 'detail', 'people', 'settings'],
    load: () => import('./media/rule-page.ts'),
  },
  { path: '/sessions/:id?', title: 'Sessions', styles: ['detail'], load: () => import('./media/page.ts') },
  {
    path: '/history',
    title: 'History',
    styles: ['table', 'detail', 'drawer', 'filter-fields', 'history'],
    load: () => import('./media/history-page.ts'),
  },
  {
    path: '/analytics',
    title: 'Analytics',
    styles: ['detail', 'bars', 'analytics'],
    load: () => import('./media/analytics-page.ts'),
  },
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
  {
    path: '/people/:id?',
    title: 'People',
    styles: ['table', 'detail', 'people'],
    load: () => import('./people/page.ts'),
  },
  {
    path: '/audit',
    title: 'Audit',
    styles: ['table', 'detail', 'drawer', 'people', 'filter-fields', 'audit'],
    load: () => import('./people/audit-page.ts'),
  },
  {
    path: '/me',
    title: 'Me',
    styles: ['table', 'detail', 'entrance', 'people'],
    load: () => import('./people/me-page.ts'),
  },
  {
    path: '/settings',
    title: 'Settings',
    styles: ['table', 'detail', 'people', 'settings'],
    load: () => import('./settings/page.ts'),
  },
  {
    path: '/system',
    title: 'System',
    styles: ['table', 'detail', 'smalls', 'chart', 'system'],
    load: () => import('./system/page.ts'),
  },
  {
    path: '/trust',
    title: 'Trust this box',
    open: true,
    styles: ['detail', 'system'],
    load: () => import('./system/trust-page.ts'),
  },
  { path: '/more', title: 'More', styles: ['more'], load: () => import('./more/page.ts') },
]
