import { parseAst } from 'vitest/node'

/** A node of the syntax tree; `start` and `end` are offsets into the text. */
export interface Node {
  type: string
  start: number
  end: number
  [key: string]: unknown
}

export interface Import {
  from: string
  typesOnly: boolean
  at: number
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

const childrenOf = (node: Node): Node[] =>
  Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode)

export const parse = (path: string, text: string): Node =>
  parseAst(text, { lang: 'ts', sourceType: 'module' }, path) as unknown as Node

/** Every node of the tree, parents first. */
export const nodesOf = (root: Node): Node[] => {
  const found: Node[] = []
  const left = [root]
  for (let node = left.pop(); node; node = left.pop()) {
    found.push(node)
    left.push(...childrenOf(node).reverse())
  }
  return found
}

/** The child under `key`, or null. */
export const child = (node: Node | null, key: string): Node | null => {
  const value = node?.[key]
  return isNode(value) ? value : null
}
export const list = (node: Node | null, key: string): Node[] => {
  const value = node?.[key]
  return Array.isArray(value) ? value.filter(isNode) : []
}
export const nameOf = (node: Node | null): string | null =>
  node?.type === 'Identifier' && typeof node['name'] === 'string' ? node['name'] : null
export const literal = (node: Node | null): unknown => (node?.type === 'Literal' ? node['value'] : undefined)

/** True for `object.property` written in that way. */
export const isMember = (node: Node | null, object: string, property?: string): boolean =>
  node?.type === 'MemberExpression' &&
  nameOf(child(node, 'object')) === object &&
  (property === undefined || nameOf(child(node, 'property')) === property)

const onlyTypes = (node: Node): boolean => {
  if (node['importKind'] === 'type' || node['exportKind'] === 'type') return true
  const specifiers = list(node, 'specifiers')
  return (
    specifiers.length > 0 && specifiers.every((one) => one['importKind'] === 'type' || one['exportKind'] === 'type')
  )
}

const importIn = (node: Node): { source: Node | null; typesOnly: boolean } | null => {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return { source: child(node, 'source'), typesOnly: onlyTypes(node) }
    case 'ImportExpression':
      return { source: child(node, 'source'), typesOnly: false }
    case 'TSImportType':
      return { source: child(node, 'source') ?? child(node, 'argument'), typesOnly: true }
    // `new URL('./worker.ts', import.meta.url)` starts a worker: an import by another way.
    case 'NewExpression': {
      const first = list(node, 'arguments')[0] ?? null
      const isFile = nameOf(child(node, 'callee')) === 'URL' && /^\.{1,2}\/.*\.ts$/.test(String(literal(first)))
      return isFile ? { source: first, typesOnly: false } : null
    }
    default:
      return null
  }
}

/** What a file imports in any way, `at` being an offset. */
export const importsOf = (nodes: readonly Node[]): Import[] =>
  nodes.flatMap((node) => {
    const found = importIn(node)
    const from = literal(found?.source ?? null)
    return found && typeof from === 'string' ? [{ from, typesOnly: found.typesOnly, at: node.start }] : []
  })
