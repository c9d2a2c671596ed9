import { type Figure, isWithin } from './figure.ts'

const verdict = (figure: Figure): string => {
  const within = isWithin(figure)
  return within === null ? '-' : within ? 'pass' : 'FAIL'
}

const rowOf = (figure: Figure): string[] => [
  figure.name,
  `${figure.value} ${figure.unit}`,
  figure.budget === null ? '-' : `<= ${figure.budget} ${figure.unit}`,
  verdict(figure),
  figure.reference ? `${figure.reference.value} ${figure.unit} (${figure.reference.what})` : '-',
  Object.entries(figure.more ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
]

const head = ['figure', 'value', 'budget', '', 'reference', 'more']

/** The figures as lines of text in columns. */
export const tableOf = (figures: readonly Figure[]): string => {
  const rows = [head, ...figures.map(rowOf)]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [lines[0], widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n')
}
