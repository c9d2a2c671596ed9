import { posix } from 'node:path'
import { child, list, literal, type Node, nameOf } from './syntax.ts'
import type { Code, Tree, Violation } from './tree.ts'

const numbered = /^(\d{4})-[a-z0-9-]+\.ts$/

const sqlOf = (file: Code): { text: string; at: number }[] =>
  file.nodes
    .filter(({ type }) => type === 'TemplateElement')
    .map((node) => ({ text: file.text.slice(node.start, node.end), at: node.start }))

const tableOf = (statement: string) =>
  /CREATE TABLE\s+(?:IF NOT EXISTS\s+)?["[]?(\w+)/i.exec(statement)?.[1] ?? 'a table'

const notStrict = (file: Code): Violation[] =>
  sqlOf(file).flatMap(({ text, at }) =>
    [...text.matchAll(/CREATE TABLE\b[^;]*/gi)]
      .filter(([statement]) => !/\)[^)]*\bSTRICT\b[^)]*$/i.test(statement))
      .map((found) => ({
        path: file.path,
        line: file.lineAt(at + found.index),
        sentence: `the table ${tableOf(found[0])} is not STRICT`,
      })),
  )

const property = (node: Node, name: string) =>
  child(list(node, 'properties').find((one) => nameOf(child(one, 'key')) === name) ?? null, 'value')

/** The entries `{ version, name, sql }` of the list, with the file that `sql` was imported from. */
const entriesOf = (index: Code) => {
  const fileOf = new Map<string, string>()
  for (const node of index.nodes.filter(({ type }) => type === 'ImportDeclaration')) {
    const from = posix.basename(String(literal(child(node, 'source'))))
    for (const specifier of list(node, 'specifiers')) fileOf.set(nameOf(child(specifier, 'local')) ?? '', from)
  }
  return index.nodes
    .filter(({ type }) => type === 'ObjectExpression')
    .map((node) => ({
      version: literal(property(node, 'version')),
      file: fileOf.get(nameOf(property(node, 'sql')) ?? '') ?? null,
      line: index.lineAt(node.start),
    }))
    .filter(({ version }) => typeof version === 'number')
}

const wrongEntries = (index: Code): Violation[] =>
  entriesOf(index).flatMap(({ version, file, line }, position) => {
    const number = Number(numbered.exec(file ?? '')?.[1])
    if (version !== position + 1) return [{ path: index.path, line, sentence: `version ${version} is out of order` }]
    if (number === version) return []
    return [{ path: index.path, line, sentence: `version ${version} takes its SQL from ${file ?? 'nowhere'}` }]
  })

/** Every numbered migration stands in the list, in order, and makes STRICT tables only. */
export const checkMigrations = (tree: Tree, folder: string): Violation[] => {
  const files = tree.code.filter(({ path }) => posix.dirname(path) === folder)
  const index = files.find(({ path }) => posix.basename(path) === 'index.ts')
  if (!index) return [{ path: folder, line: 1, sentence: 'has no index.ts with the list of migrations' }]
  const listed = new Set(entriesOf(index).map(({ file }) => file))
  const strange = files
    .filter((file) => file !== index)
    .flatMap(({ path }) => {
      const name = posix.basename(path)
      if (!numbered.test(name)) return [{ path, line: 1, sentence: 'is not named like 0007-what-it-does.ts' }]
      return listed.has(name) ? [] : [{ path, line: 1, sentence: `is not in the list of ${index.path}` }]
    })
  return [...strange, ...wrongEntries(index), ...files.flatMap(notStrict)]
}
