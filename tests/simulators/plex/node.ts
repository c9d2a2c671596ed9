import type { Reply } from '../lib/reply.ts'

export type Scalar = string | number | boolean | null | undefined

/** One element of the wire: an XML element with attributes, or an object of JSON. */
export interface Node {
  tag: string
  /** Its name in JSON, where Video, Track and Photo are all Metadata. */
  name: string
  /** An object in JSON; all others are lists, also when there is only one. */
  isSingle: boolean
  /** Keeps numbers and booleans in JSON where the rest of the answer has strings. */
  isNative: boolean
  attributes: Record<string, Scalar>
  children: Node[]
}

/** How the build writes flags such as `selected` and `live` into answers full of strings. */
export type FlagStyle = 'string' | 'number' | 'boolean'

export interface JsonStyle {
  strings: boolean
  flags: FlagStyle
}

export const NATIVE: JsonStyle = { strings: false, flags: 'boolean' }

type Options = Partial<Pick<Node, 'name' | 'isSingle' | 'isNative'>>

export function node(
  tag: string,
  attributes: Record<string, Scalar>,
  children: Node[] = [],
  options: Options = {},
): Node {
  return { tag, name: options.name ?? tag, isSingle: false, isNative: false, ...options, attributes, children }
}

export function single(tag: string, attributes: Record<string, Scalar>, children: Node[] = []): Node {
  return node(tag, attributes, children, { isSingle: true, isNative: true })
}

export function container(children: Node[], attributes: Record<string, Scalar> = {}): Node {
  return single('MediaContainer', { size: children.length, ...attributes }, children)
}

export function toXml(root: Node): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, '')}`
}

function element({ tag, attributes, children }: Node, indent: string): string {
  const written = present(attributes)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join('')
  if (children.length === 0) return `${indent}<${tag}${written}/>\n`
  const inner = children.map((child) => element(child, `${indent}  `)).join('')
  return `${indent}<${tag}${written}>\n${inner}${indent}</${tag}>\n`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' }

function escaped(value: Exclude<Scalar, null | undefined>): string {
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value)
  return text.replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character)
}

function present(attributes: Record<string, Scalar>): [string, string | number | boolean][] {
  return Object.entries(attributes).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== null && entry[1] !== undefined,
  )
}

/** A list that is empty has no name in JSON at all. */
export function toObject(from: Node, style: JsonStyle): Record<string, unknown> {
  const own = from.isNative ? NATIVE : style
  const fields: Record<string, unknown> = {}
  for (const [key, value] of present(from.attributes)) fields[key] = scalar(value, own)
  for (const child of from.children) {
    const value = toObject(child, style)
    const known = fields[child.name]
    if (child.isSingle) fields[child.name] = value
    else if (Array.isArray(known)) known.push(value)
    else fields[child.name] = [value]
  }
  return fields
}

function scalar(value: string | number | boolean, { strings, flags }: JsonStyle): unknown {
  if (!strings) return value
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string' || flags === 'boolean') return value
  return flags === 'number' ? Number(value) : String(Number(value))
}

/** JSON when the caller asked for it, XML otherwise. */
export function written(root: Node, accept: string | undefined, style: JsonStyle = NATIVE, status = 200): Reply {
  if (accept?.includes('application/json')) {
    const body = JSON.stringify({ [root.tag]: toObject(root, style) })
    return { status, headers: { 'content-type': 'application/json' }, body }
  }
  return { status, headers: { 'content-type': 'text/xml;charset=utf-8' }, body: toXml(root) }
}
