import type { LogBook } from './book.ts'

/** How many rows of the screen each line takes, so that only those in sight are drawn. */
export interface Rows {
  /** Takes in what the book gained or lost; a new number of columns counts everything anew. */
  update(columns: number): void
  total(): number
  /** Rows above a line, by its position in the book. */
  above(at: number): number
  /** The line that stands at a row. */
  lineAt(row: number): number
}

// Wide characters take two columns in a monospaced face (East Asian and emoji blocks).
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const ascii = /^[\u0000-\u007f]*$/

const widthOf = (text: string) => (ascii.test(text) ? text.length : text.length + (text.match(wide)?.length ?? 0))

export const createRows = (book: LogBook): Rows => {
  /** ends[i]: rows up to and with line i. */
  let ends: number[] = []
  let counted = { first: 0, columns: 0 }

  return {
    update: (columns) => {
      if (book.first() !== counted.first || columns !== counted.columns) ends = []
      counted = { first: book.first(), columns }
      ends.length = Math.min(ends.length, book.lines.length)
      for (let at = ends.length; at < book.lines.length; at += 1) {
        const rows = Math.max(1, Math.ceil(widthOf(book.lines[at]?.text ?? '') / Math.max(1, columns)))
        ends.push((ends[at - 1] ?? 0) + rows)
      }
    },
    total: () => ends.at(-1) ?? 0,
    above: (at) => ends[at - 1] ?? 0,
    lineAt: (row) => {
      let [low, high] = [0, ends.length - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((ends[middle] ?? 0) > row) high = middle
        else low = middle + 1
      }
      return Math.max(0, low)
    },
  }
}
