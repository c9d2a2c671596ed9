import { child, isMember, list, type Node, nameOf, nodesOf } from './syntax.ts'
import type { Code, Tree, Violation } from './tree.ts'

export interface SizeRules {
  functionLines: number
  /** A factory `createX` with the functions that it closes over; without them it is measured as any function. */
  factoryLines: number
  fileLines: number
  /** Folders that are measured. */
  measured: readonly string[]
}

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
const verbs = ['get', 'post', 'put', 'delete']

const bare = (node: Node | null): Node | null =>
  node?.type === 'TSAsExpression' || node?.type === 'TSSatisfiesExpression' ? bare(child(node, 'expression')) : node

/** The leftmost name of `z.object({}).strict()` and the like. */
const rootName = (node: Node | null): string | null => {
  if (node?.type === 'CallExpression') return rootName(child(node, 'callee'))
  if (node?.type === 'MemberExpression') return rootName(child(node, 'object'))
  return nameOf(node)
}

const hasBlock = (node: Node) => nodesOf(node).some(({ type }) => type === 'BlockStatement')

/** A schema (`z. ...`), a registry (a literal without a function body in it), or SQL (a text without expressions). */
const isData = (value: Node | null): boolean => {
  const node = bare(value)
  if (node?.type === 'CallExpression') return rootName(node) === 'z' && !hasBlock(node)
  if (node?.type === 'ObjectExpression' || node?.type === 'ArrayExpression') return !hasBlock(node)
  return node?.type === 'TemplateLiteral' && list(node, 'expressions').length === 0
}

/** An entry in the registry of endpoints: the statement `api.get(path, endpoint, handler)`. */
const isEndpoint = (node: Node): boolean => {
  const call = node.type === 'ExpressionStatement' ? child(node, 'expression') : null
  return call?.type === 'CallExpression' && verbs.some((verb) => isMember(child(call, 'callee'), 'api', verb))
}

const isExempt = (node: Node): boolean =>
  isEndpoint(node) ||
  (node.type === 'VariableDeclaration' &&
    node['kind'] === 'const' &&
    list(node, 'declarations').every((one) => isData(child(one, 'init'))))

type Span = { start: number; end: number; first: number; last: number }
const spanOf = (file: Code, node: Node): Span => ({
  start: node.start,
  end: node.end,
  first: file.lineAt(node.start),
  last: file.lineAt(node.end),
})

/** Lines of `outer` that are not in one of `exempt`. */
const ownLines = (outer: Span, exempt: readonly Span[]): number => {
  const inside = exempt.filter((one) => one.start > outer.start && one.end <= outer.end)
  const taken = new Set<number>()
  for (const { first, last } of inside) for (let line = first; line <= last; line++) taken.add(line)
  return outer.last - outer.first + 1 - taken.size
}

const functionName = (file: Code, node: Node) => {
  const named = nameOf(child(node, 'id'))
  if (named) return named
  const before = file.text.slice(0, node.start).split('\n').at(-1) ?? ''
  return /([\w$]+)\s*(?::[^=]*)?=\s*(?:async\s*)?$/.exec(before)?.[1] ?? 'a function'
}

const checkFunctions = (file: Code, rules: SizeRules): Violation[] => {
  const exempt = file.nodes.filter(isExempt).map((node) => spanOf(file, node))
  const blocks = file.nodes.filter((node) => functions.has(node.type) && child(node, 'body')?.type === 'BlockStatement')
  const closures = blocks.map((node) => spanOf(file, node))
  return file.nodes
    .filter(({ type }) => functions.has(type))
    .flatMap((node) => {
      const span = spanOf(file, node)
      const name = functionName(file, node)
      const whole = ownLines(span, exempt)
      const isFactory = name.startsWith('create')
      const lines = isFactory ? ownLines(span, [...exempt, ...closures]) : whole
      const tell = (has: number, allowed: number) =>
        has > allowed
          ? [{ path: file.path, line: span.first, sentence: `${name} has ${has} lines, ${allowed} are allowed` }]
          : []
      return [...tell(lines, rules.functionLines), ...(isFactory ? tell(whole, rules.factoryLines) : [])]
    })
}

const checkFile = (file: Code, rules: SizeRules): Violation[] => {
  const top = list(file.nodes[0] ?? null, 'body').map((node) =>
    node.type === 'ExportNamedDeclaration' ? (child(node, 'declaration') ?? node) : node,
  )
  const exempt = top.filter(isExempt).map((node) => spanOf(file, node))
  const last = file.text.replace(/\n+$/, '').split('\n').length
  const lines = ownLines({ start: -1, end: file.text.length, first: 1, last }, exempt)
  if (lines <= rules.fileLines) return []
  return [{ path: file.path, line: 1, sentence: `has ${lines} lines, ${rules.fileLines} are allowed` }]
}

/** Size ceilings; schema literals, registries and SQL do not count, see `isExempt`. */
export const checkSizes = (tree: Tree, rules: SizeRules): Violation[] =>
  tree.code
    .filter(({ path }) => rules.measured.some((folder) => path.startsWith(folder)))
    .flatMap((file) => [...checkFunctions(file, rules), ...checkFile(file, rules)])
