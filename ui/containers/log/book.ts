import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { LogLine } from '#protocol/container.ts'

/** The lines that are kept of one log, oldest first, and what is looked for in them. */
export interface LogBook {
  /** Changes in place; `version` tells when. */
  lines: readonly LogLine[]
  version: ReadonlySignal<number>
  /** Number of the oldest kept line: those before it were dropped. */
  first(): number
  /** Whether both streams occur, so that telling them apart says something. */
  isMixed(): boolean
  add(lines: readonly LogLine[]): void
  clear(): void
  /** Moment of the newest line, and how many carry it: where to go on after a break. */
  mark(): { at: string; count: number } | null
  find: ReadonlySignal<string>
  look(text: string): void
  /** Positions in `lines` of those that contain the text. */
  hits: ReadonlySignal<readonly number[]>
}

const most = 10_000
const dropAtOnce = 1000

// Colours, cursor moves and titles that programs write for a terminal (ECMA-48 CSI and OSC).
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f]/g
const longest = 8000

/** What a terminal would show in the end: a progress bar writes its line over and over, the last one counts. */
export const clean = (text: string): string => {
  const plain = text.replace(escapes, '').replace(/\r+$/, '').replaceAll('\t', '    ')
  return plain
    .slice(plain.lastIndexOf('\r') + 1)
    .replace(unprintable, '')
    .slice(0, longest)
}

export const createLogBook = (): LogBook => {
  const lines: LogLine[] = []
  const version = signal(0)
  const find = signal('')
  const counts = { out: 0, err: 0 }
  let first = 0

  const hits = computed(() => {
    void version.value
    const text = find.value.toLowerCase()
    return text === '' ? [] : lines.flatMap((line, at) => (line.text.toLowerCase().includes(text) ? [at] : []))
  })

  const trim = () => {
    if (lines.length <= most) return
    const gone = lines.splice(0, lines.length - most + dropAtOnce)
    first += gone.length
    for (const { stream } of gone) counts[stream] -= 1
  }

  return {
    lines,
    version,
    find,
    hits,
    first: () => first,
    isMixed: () => counts.out > 0 && counts.err > 0,
    add: (more) => {
      if (more.length === 0) return
      for (const line of more) {
        lines.push({ ...line, text: clean(line.text) })
        counts[line.stream] += 1
      }
      trim()
      version.value += 1
    },
    clear: () => {
      first += lines.length
      lines.length = 0
      counts.out = 0
      counts.err = 0
      version.value += 1
    },
    mark: () => {
      const at = lines.at(-1)?.at
      if (!at) return null
      return { at, count: lines.length - 1 - lines.findLastIndex((line) => line.at !== at) }
    },
    look: (text) => {
      find.value = text
    },
  }
}

/** Leaves out what is known already: a log that is asked for `since` a moment repeats the lines of that moment. */
export const createRepeatFilter = (mark: { at: string; count: number } | null) => {
  let left = mark?.count ?? 0
  return (line: LogLine): boolean => {
    if (!mark || line.at === null || line.at > mark.at) return true
    if (line.at < mark.at || left > 0) {
      if (line.at === mark.at) left -= 1
      return false
    }
    return true
  }
}

export const textOf = (lines: readonly LogLine[]): string =>
  lines.map(({ at, stream, text }) => `${at ?? '-'} ${stream} ${text}\n`).join('')
