import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  checkConsole,
  checkEnvironment,
  checkFolders,
  checkKinds,
  checkNames,
  checkPaths,
  type HabitRules,
} from './architecture/habits.ts'
import { checkImports, type ImportRules } from './architecture/imports.ts'
import { checkMigrations } from './architecture/migrations.ts'
import { checkSizes, type SizeRules } from './architecture/sizes.ts'
import { readTree, type Tree, type Violation } from './architecture/tree.ts'
import { temporaryFolder } from './fleet/temporary-folder.ts'

const features = [
  'media',
  'machines',
  'containers',
  'fleet',
  'incidents',
  'outward',
  'search',
  'people',
  'topology',
  'hardware',
  'upkeep',
]

// Who may import whom. A feature reaches `protocol` and `lib`; a file always reaches its own area.
const reach: ImportRules['reach'] = {
  lib: { to: [] },
  protocol: { to: [] },
  config: { to: ['lib'] },
  version: { to: ['package.json'] },
  sources: { to: ['protocol', 'lib', 'ports of features'] },
  broker: { to: ['protocol', 'lib'] },
  store: { to: ['protocol', 'lib'] },
  http: { to: ['protocol', 'lib', 'routes of features'] },
  main: { to: ['app', 'config', 'lib'] },
  app: { to: ['*'] },
  cli: { to: ['*'] },
  agent: { to: ['protocol'] },
  ui: { to: [], types: ['protocol'] },
  image: { to: [] },
  tests: { to: ['*'] },
}

// Which folder owns which library. zod is where edges are parsed: everywhere but in lib, which knows no product words.
const everyRoom = ['protocol', 'sources', 'broker', 'store', 'http', ...features].map((name) => `appliance/${name}/`)
const owners: ImportRules['owners'] = {
  zod: { in: [...everyRoom, 'appliance/config.ts', 'agent/'] },
  hono: { in: ['appliance/http/'] },
  '@hono/node-server': { in: ['appliance/http/'] },
  ws: { in: ['appliance/http/', 'appliance/sources/'] },
  'better-sqlite3': { in: ['appliance/store/'], types: /^appliance\/(.+\/)?(store[^/]*|app[^/]*)\.ts$/ },
  pino: { in: ['appliance/lib/'] },
  nodemailer: { in: ['appliance/lib/mail.ts'] },
  '@node-rs/argon2': { in: ['appliance/people/'] },
  jose: { in: ['appliance/people/'] },
  otpauth: { in: ['appliance/people/'] },
  '@simplewebauthn/server': { in: ['appliance/people/'] },
  '@simplewebauthn/browser': { in: ['ui/people/'] },
  '@peculiar/x509': { in: ['appliance/fleet/'] },
  'reflect-metadata': { in: ['appliance/fleet/'] },
  systeminformation: { in: ['appliance/hardware/'] },
  preact: { in: ['ui/'] },
  '@preact/signals': { in: ['ui/'] },
  htm: { in: ['ui/'] },
  uplot: { in: ['ui/components/'] },
  uqr: { in: ['ui/'] },
  esbuild: { in: ['ui/build.ts', 'image/'] },
}
const imports: ImportRules = { features, reach, owners, free: ['tests/'] }

const sizes: SizeRules = {
  functionLines: 60,
  factoryLines: 120,
  fileLines: 300,
  measured: ['appliance/', 'agent/', 'ui/', 'image/'],
}

const habits: HabitRules = {
  kinds: ['plex', 'emby', 'jellyfin', 'proxmox', 'docker', 'portainer', 'netdata'],
  environment: 'appliance/config.ts',
  silent: { folders: ['appliance/'], except: /^appliance\/cli/ },
  emptyNames: ['utils', 'util', 'helpers', 'helper', 'common', 'manager'],
  topLevel: ['appliance', 'agent', 'ui', 'image', 'systemd', 'tests', '.ci'],
  applianceFolders: [...features, 'protocol', 'sources', 'broker', 'store', 'http', 'lib', 'cli'],
  foreignPaths: [
    /(?<![\w.~-])\/w[o]rk\//,
    /\.\.\/sh[a]red\b/,
    /\/tmp\/b[e]lfry\//,
    /(?<![\w.])\/(home|Users)\/\w+\/\w/,
  ],
}

const migrationsFolder = 'appliance/store/migrations'

const rules: [name: string, check: (tree: Tree) => Violation[]][] = [
  ['files import only what the table allows, and libraries only where they are owned', (t) => checkImports(t, imports)],
  ['functions and files stay below their ceilings', (t) => checkSizes(t, sizes)],
  ['the environment is read in one file', (t) => checkEnvironment(t, habits)],
  ['nothing is printed past the log', (t) => checkConsole(t, habits)],
  ['nobody asks for the kind of a source outside of its adapter', (t) => checkKinds(t, habits)],
  ['every migration stands in the list and makes STRICT tables', (t) => checkMigrations(t, migrationsFolder)],
  ['every name says something', (t) => checkNames(t, habits)],
  ['the folders are those of the design, each with a README', (t) => checkFolders(t, habits)],
  ['nothing points outside of the project', (t) => checkPaths(t, habits)],
]

const told = (violations: readonly Violation[]) => violations.map((one) => `${one.path}:${one.line} ${one.sentence}`)

describe('the house', () => {
  const tree = readTree(resolve(import.meta.dirname, '..'))
  test.each(rules)('%s', (_, check) => {
    expect(told(check(tree))).toEqual([])
  })
})

const lines = (count: number) => Array.from({ length: count }, (_, index) => `  note(${index})`).join('\n')
const table = (rest: string) => `export const sql = \`CREATE TABLE a (b TEXT DEFAULT (1)) ${rest};\`\n`

/** A small tree in which every line that says so breaks a rule. */
const badTree: Record<string, string> = {
  'appliance/README.md': 'See ../../elsewhere/notes.md\n',
  'appliance/lib/log.ts': "import { z } from 'zod'\nimport '../protocol/api.ts'\n",
  'appliance/media/index.ts': [
    "import { plan } from '../fleet/index.ts'",
    "import type { Hono } from 'hono'",
    "import Sqlite from 'better-sqlite3'",
    "import leftPad from 'left-pad'",
    "export const load = () => import('../machines/ports.ts')",
    "export const worker = new URL('../broker/worker.ts', import.meta.url)",
    "export type Far = import('../people/index.ts').Person",
    'export const home = process.env.HOME',
    "export const isPlex = (kind: string) => kind === 'plex'",
    'console.log(1)',
    "import '../../../outside.ts'",
  ].join('\n'),
  'appliance/media/store.ts': "import Sqlite, { type Database } from 'better-sqlite3'\n",
  'appliance/media/long.ts': `const long = () => {\n${lines(59)}\n}\nconst fits = () => {\n${lines(58)}\n}\n`,
  'appliance/media/endless.ts': `${lines(301)}\n`,
  'appliance/media/common-words.ts': '',
  'appliance/sources/plex/index.ts': "import '../emby/wire.ts'\nif (kind === 'plex' || kind === 'emby') act()\n",
  'appliance/sources/emby/wire.ts': "switch (kind) {\n  case 'plex':\n}\n",
  'appliance/sources/emby/push.ts': "import '../mediabrowser/push.ts'\n",
  'appliance/sources/mediabrowser/push.ts': "import '../emby/wire.ts'\n",
  'appliance/attic/x.ts': '',
  'appliance/store/migrations/index.ts': [
    "import { sql } from './0001-a.ts'",
    "import { other } from './0002-b.ts'",
    'const list = [',
    "  { version: 1, name: 'a', sql },",
    "  { version: 3, name: 'b', sql: other },",
    ']',
  ].join('\n'),
  'appliance/store/migrations/0001-a.ts': table(''),
  'appliance/store/migrations/0002-b.ts': table('STRICT, WITHOUT ROWID'),
  'appliance/store/migrations/0004-c.ts': table('STRICT'),
  'cellar/notes.md': `kept in /${'home'}/somebody/notes\n`,
  'ui/now/page.ts':
    "import { Session } from '#protocol/session.ts'\nimport type { Fine } from '#protocol/session.ts'\n",
}

/** What is found in it, as `file:line`. */
const expected: Record<string, string[]> = {
  [rules[0]?.[0] ?? '']: [
    'appliance/lib/log.ts:1',
    'appliance/lib/log.ts:2',
    ...[1, 2, 3, 4, 5, 6, 7, 11].map((line) => `appliance/media/index.ts:${line}`),
    'appliance/media/store.ts:1',
    'appliance/sources/mediabrowser/push.ts:1',
    'appliance/sources/plex/index.ts:1',
    'ui/now/page.ts:1',
  ],
  [rules[1]?.[0] ?? '']: ['appliance/media/endless.ts:1', 'appliance/media/long.ts:1'],
  [rules[2]?.[0] ?? '']: ['appliance/media/index.ts:8'],
  [rules[3]?.[0] ?? '']: ['appliance/media/index.ts:10'],
  [rules[4]?.[0] ?? '']: [
    'appliance/media/index.ts:9',
    'appliance/sources/emby/wire.ts:2',
    'appliance/sources/plex/index.ts:2',
  ],
  [rules[5]?.[0] ?? '']: [
    'appliance/store/migrations/0001-a.ts:1',
    'appliance/store/migrations/0004-c.ts:1',
    'appliance/store/migrations/index.ts:5',
  ],
  [rules[6]?.[0] ?? '']: ['appliance/media/common-words.ts:1'],
  [rules[7]?.[0] ?? '']: ['appliance/attic:1', 'cellar:1', 'cellar:1', 'ui:1'],
  [rules[8]?.[0] ?? '']: ['appliance/README.md:1', 'cellar/notes.md:1'],
}

describe('a house with every fault', () => {
  const folder = temporaryFolder()
  afterAll(folder.remove)
  for (const [path, text] of Object.entries(badTree)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true })
    writeFileSync(join(folder.path, path), text)
  }
  const tree = readTree(folder.path)
  test.each(rules)('is told where it is wrong: %s', (name, check) => {
    const found = check(tree).map(({ path, line }) => `${path}:${line}`)
    expect(found.sort()).toEqual(expected[name]?.sort())
  })

  test('a factory is measured without its closures, and with them by a ceiling of its own', () => {
    const closure = (name: string, count: number) => `  const ${name} = () => {\n${lines(count)}\n  }`
    const factory = (...sizes: number[]) =>
      `export const createX = () => {\n${sizes.map((count, i) => closure(`f${i}`, count)).join('\n')}\n}\n`
    mkdirSync(join(folder.path, 'factories/appliance/media'), { recursive: true })
    const put = (name: string, text: string) =>
      writeFileSync(join(folder.path, 'factories/appliance/media', name), text)
    put('fits.ts', factory(50, 50))
    put('whole.ts', factory(50, 50, 50))
    put('own.ts', `export const createX = () => {\n${lines(80)}\n}\n`)
    const found = checkSizes(readTree(join(folder.path, 'factories')), sizes)
    expect(found.map(({ path }) => path)).toEqual(['appliance/media/own.ts', 'appliance/media/whole.ts'])
  })

  test('data does not count as length, code in it does', () => {
    const registry = `export const map = {\n${Array.from({ length: 400 }, (_, i) => `  a${i}: ${i},`).join('\n')}\n}\n`
    const handlers = registry.replace('a5: 5', 'a5: () => { act() }')
    mkdirSync(join(folder.path, 'more/appliance/media'), { recursive: true })
    writeFileSync(join(folder.path, 'more/appliance/media/registry.ts'), registry)
    writeFileSync(join(folder.path, 'more/appliance/media/handlers.ts'), handlers)
    const found = checkSizes(readTree(join(folder.path, 'more')), sizes)
    expect(found.map(({ path }) => path)).toEqual(['appliance/media/handlers.ts'])
  })
})
