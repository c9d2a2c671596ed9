import { extname, posix } from 'node:path'
import { child, isMember, literal, type Node } from './syntax.ts'
import type { Code, Tree, Violation } from './tree.ts'

export interface HabitRules {
  kinds: readonly string[]
  /** The only file that reads the environment. */
  environment: string
  /** Where nothing may be printed past the log, and the exceptions. */
  silent: { folders: readonly string[]; except: RegExp }
  emptyNames: readonly string[]
  topLevel: readonly string[]
  applianceFolders: readonly string[]
  /** Texts that name a place outside of the project. */
  foreignPaths: readonly RegExp[]
}

const find = (tree: Tree, folders: readonly string[], look: (node: Node, file: Code) => string | null): Violation[] =>
  tree.code
    .filter(({ path }) => folders.some((folder) => path.startsWith(folder)))
    .flatMap((file) =>
      file.nodes.flatMap((node) => {
        const sentence = look(node, file)
        return sentence ? [{ path: file.path, line: file.lineAt(node.start), sentence }] : []
      }),
    )

const ours = ['appliance/', 'agent/', 'ui/']

/** The environment is read in one file. */
export const checkEnvironment = (tree: Tree, rules: HabitRules): Violation[] =>
  find(tree, ours, (node, { path }) =>
    isMember(node, 'process', 'env') && path !== rules.environment
      ? `process.env is read in ${rules.environment} only`
      : null,
  )

/** The log is the only way to say something. */
export const checkConsole = (tree: Tree, rules: HabitRules): Violation[] =>
  find(tree, rules.silent.folders, (node, { path }) =>
    isMember(node, 'console') && !rules.silent.except.test(path) ? 'console is not used here: there is a log' : null,
  )

const comparedKind = (node: Node): unknown[] => {
  if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(String(node['operator']))) {
    return [literal(child(node, 'left')), literal(child(node, 'right'))]
  }
  return node.type === 'SwitchCase' ? [literal(child(node, 'test'))] : []
}

/** Nobody asks which kind a source is: adapters declare what they can do. */
export const checkKinds = (tree: Tree, rules: HabitRules): Violation[] =>
  find(tree, ours, (node, { path }) => {
    const kind = rules.kinds.find((one) => comparedKind(node).includes(one))
    if (!kind || path.startsWith(`appliance/sources/${kind}/`)) return null
    return `asks whether the kind is ${kind}; only appliance/sources/${kind}/ may`
  })

/** A file or folder whose name says nothing. */
export const checkNames = (tree: Tree, rules: HabitRules): Violation[] =>
  [...tree.files, ...tree.folders]
    .filter((path) =>
      posix
        .basename(path)
        .split(/[-._]/)
        .some((word) => rules.emptyNames.includes(word)),
    )
    .map((path) => ({ path, line: 1, sentence: `its name says nothing (${rules.emptyNames.join(', ')})` }))

const unknownFolders = (found: readonly string[], known: readonly string[]): Violation[] =>
  found
    .filter((path) => !known.includes(posix.basename(path)))
    .map((path) => ({ path, line: 1, sentence: 'is a folder that the design does not know' }))

/** The folders of the house, each with a README at the top. */
export const checkFolders = (tree: Tree, rules: HabitRules): Violation[] => {
  const rooms = tree.folders.filter((path) => /^appliance\/[^/]+$/.test(path))
  const shown = tree.topLevel.filter((name) => !name.startsWith('.'))
  return [
    ...unknownFolders(tree.topLevel, rules.topLevel),
    ...unknownFolders(rooms, rules.applianceFolders),
    ...shown
      .filter((folder) => !tree.files.includes(`${folder}/README.md`))
      .map((path) => ({ path, line: 1, sentence: 'has no README.md' })),
  ]
}

const texts = new Set([
  '',
  '.ts',
  '.md',
  '.json',
  '.css',
  '.html',
  '.sh',
  '.yml',
  '.yaml',
  '.service',
  '.conf',
  '.toml',
])
const upwards = /(?:^|[^\w./])((?:\.\.\/)+)/g

const escapes = (path: string, steps: string) => posix.join(posix.dirname(path), steps).startsWith('..')

/** Nothing in the tree points to a place outside of it. */
export const checkPaths = (tree: Tree, rules: HabitRules): Violation[] =>
  tree.files
    .filter((path) => texts.has(extname(path)) && path !== 'package-lock.json')
    .flatMap((path) =>
      tree
        .read(path)
        .split('\n')
        .flatMap((line, index) => {
          // In code, imports are checked as such, and a test of path traversal may say what it likes.
          const out = extname(path) !== '.ts' && [...line.matchAll(upwards)].some(([, up = '']) => escapes(path, up))
          if (!out && !rules.foreignPaths.some((foreign) => foreign.test(line))) return []
          return [{ path, line: index + 1, sentence: `points outside of the project: ${line.trim().slice(0, 80)}` }]
        }),
    )
