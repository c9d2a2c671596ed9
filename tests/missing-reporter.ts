import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'
import { readMissing, recordMissingIn } from './requirements.ts'

type Counts = { passed: number; failed: number; skipped: number }

/**
 * Ends a run with what was not covered because a program is missing, by name, and as the very last line with
 * `N passed, N failed, N skipped`. A file that could not be loaded and an unhandled error count as failed.
 */
export default class MissingReporter implements Reporter {
  #folder = ''
  #summary = ''

  get #file(): string {
    return join(this.#folder, 'missing.jsonl')
  }

  onInit(): void {
    this.#folder = mkdtempSync(join(tmpdir(), 'belfry-missing-'))
    writeFileSync(this.#file, '')
    recordMissingIn(this.#file)
    // Vitest's other reporters write at the end too, in no fixed order: only the exit of the process comes after them.
    process.once('exit', () => {
      process.stdout.write(this.#summary)
      rmSync(this.#folder, { recursive: true, force: true })
    })
  }

  onTestRunStart(): void {
    writeFileSync(this.#file, '')
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = countTests(modules)
    counts.failed += unhandled.length
    this.#summary = [...missingLines(this.#file), lastLine(counts), ''].join('\n')
  }
}

function missingLines(file: string): string[] {
  const missing = readMissing(file)
  if (missing.length === 0) return []
  return ['', 'Not covered, because a program is missing:', ...missing.map((m) => `  ${m.program}: ${m.covers}`), '']
}

function lastLine(counts: Counts): string {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`
}

function countTests(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const module of modules) {
    const failedBefore = counts.failed
    for (const test of module.children.allTests()) {
      const state = test.result().state
      counts[state === 'pending' ? 'failed' : state] += 1
    }
    if (module.state() === 'failed' && counts.failed === failedBefore) counts.failed += 1
  }
  return counts
}
