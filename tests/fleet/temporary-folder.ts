import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own for one test; `remove` takes it away with all in it. */
export const temporaryFolder = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'belfry-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
