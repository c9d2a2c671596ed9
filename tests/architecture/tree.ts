import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, posix } from 'node:path'
import { type Import, importsOf, type Node, nodesOf, parse } from './syntax.ts'

/** A TypeScript file of the tree; `path` is relative to the root, with `/`. */
export interface Code {
  path: string
  text: string
  nodes: Node[]
  imports: Import[]
  lineAt(offset: number): number
}

export interface Tree {
  /** Folders at the top, dotted ones included. */
  topLevel: string[]
  folders: string[]
  files: string[]
  code: Code[]
  read(path: string): string
}

export interface Violation {
  path: string
  line: number
  sentence: string
}

const leftOut = new Set(['node_modules', 'dist', 'data', 'coverage', '.git'])

const walk = (root: string, folder = ''): { files: string[]; folders: string[] } => {
  const found = { files: [] as string[], folders: [] as string[] }
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name)
    if (leftOut.has(entry.name)) continue
    if (!entry.isDirectory()) {
      found.files.push(path)
      continue
    }
    const inside = walk(root, path)
    found.folders.push(path, ...inside.folders)
    found.files.push(...inside.files)
  }
  return found
}

const lineFinder = (text: string) => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset: number) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

const codeOf = (root: string, path: string): Code => {
  const text = readFileSync(join(root, path), 'utf8')
  const nodes = nodesOf(parse(path, text))
  return { path, text, nodes, imports: importsOf(nodes), lineAt: lineFinder(text) }
}

/** Reads the whole tree below `root` once, and parses its TypeScript. */
export const readTree = (root: string): Tree => {
  const { files, folders } = walk(root)
  return {
    topLevel: folders.filter((folder) => !folder.includes('/')).sort(),
    folders,
    files: files.sort(),
    code: files.filter((path) => extname(path) === '.ts' && !path.endsWith('.d.ts')).map((path) => codeOf(root, path)),
    read: (path) => readFileSync(join(root, path), 'utf8'),
  }
}
