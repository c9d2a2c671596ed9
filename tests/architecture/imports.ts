import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { Code, Tree, Violation } from './tree.ts'

/** Where a package may be imported: `in` lists folders (with `/` at the end) and files, `types` where only its types. */
export interface Owner {
  in: readonly string[]
  types?: RegExp
}

/** What an area may import besides itself: other areas, or the two words below; `*` = everything. */
export interface Reach {
  to: readonly (string | 'ports of features' | 'routes of features')[]
  types?: readonly string[]
}

export interface ImportRules {
  features: readonly string[]
  reach: Readonly<Record<string, Reach>>
  owners: Readonly<Record<string, Owner>>
  /** Folders that may import any package. */
  free: readonly string[]
}

type Target = { kind: 'file'; path: string } | { kind: 'package'; name: string } | { kind: 'builtin' }

/** `appliance/media/store.ts` -> `media`, `appliance/cli-backup.ts` -> `cli`, `ui/now/page.ts` -> `ui`. */
export const areaOf = (path: string): string => {
  const [top = '', second] = path.split('/')
  if (top !== 'appliance') return top
  return (second ?? '').replace(/[-.].*$/, '')
}

const targetOf = (file: Code, from: string): Target => {
  if (from.startsWith('#protocol/')) return { kind: 'file', path: from.replace('#protocol', 'appliance/protocol') }
  if (from.startsWith('.')) return { kind: 'file', path: posix.join(posix.dirname(file.path), from) }
  if (isBuiltin(from)) return { kind: 'builtin' }
  const [scope = '', name = ''] = from.split('/')
  return { kind: 'package', name: scope.startsWith('@') ? `${scope}/${name}` : scope }
}

const adapterOf = (path: string) => /^appliance\/sources\/([^/]+)\//.exec(path)?.[1] ?? null

/** Not a kind: what two adapters of one family call. */
const isShared = (folder: string) => folder === 'mediabrowser'

const mayReach = (rules: ImportRules, from: string, to: string, typesOnly: boolean): boolean => {
  const [mine, theirs] = [areaOf(from), areaOf(to)]
  if (mine === theirs) {
    const [adapter, other] = [adapterOf(from), adapterOf(to)]
    return adapter === null || other === null || adapter === other || isShared(other)
  }
  const reach = rules.reach[mine] ?? { to: rules.features.includes(mine) ? ['protocol', 'lib'] : [] }
  if (reach.to.includes('*') || reach.to.includes(theirs)) return true
  if (typesOnly && reach.types?.includes(theirs)) return true
  const file = posix.basename(to)
  const ofFeature = rules.features.includes(theirs)
  if (reach.to.includes('ports of features') && ofFeature && file === 'ports.ts') return true
  return reach.to.includes('routes of features') && ofFeature && /^routes(-.*)?\.ts$/.test(file)
}

const isIn = (path: string, places: readonly string[]) =>
  places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place))

const forbidden = (rules: ImportRules, file: Code, target: Target, typesOnly: boolean): string | null => {
  if (target.kind === 'file') {
    if (target.path.startsWith('..')) return `imports ${target.path}, which is outside of the project`
    if (mayReach(rules, file.path, target.path, typesOnly)) return null
    return `${areaOf(file.path)} may not import ${target.path}${typesOnly ? ', not even types' : ''}`
  }
  if (target.kind === 'builtin' || isIn(file.path, rules.free)) return null
  const owner = rules.owners[target.name]
  if (!owner) return `nobody owns ${target.name}: say in tests/architecture.test.ts who may import it`
  if (isIn(file.path, owner.in) || (typesOnly && owner.types?.test(file.path))) return null
  return `${target.name} belongs to ${owner.in.join(', ')}`
}

/** design: who may import whom, and which folder owns which third-party library. */
export const checkImports = (tree: Tree, rules: ImportRules): Violation[] =>
  tree.code
    .filter(({ path }) => path.includes('/'))
    .flatMap((file) =>
      file.imports.flatMap(({ from, typesOnly, at }) => {
        const sentence = forbidden(rules, file, targetOf(file, from), typesOnly)
        return sentence ? [{ path: file.path, line: file.lineAt(at), sentence }] : []
      }),
    )
