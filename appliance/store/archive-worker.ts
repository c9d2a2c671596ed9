import { type MessagePort, workerData } from 'node:worker_threads'
import type { ArchiveJob } from './archive.ts'

const { job, answer, done } = workerData as { job: ArchiveJob; answer: MessagePort; done: SharedArrayBuffer }

try {
  // Loaded here, so that even a broken installation gives an answer to whoever waits for it.
  const { runArchiveJob } = await import('./archive.ts')
  answer.postMessage({ result: await runArchiveJob(job) })
} catch (cause) {
  answer.postMessage({ cause })
}
const flag = new Int32Array(done)
Atomics.store(flag, 0, 1)
Atomics.notify(flag, 0)
answer.close()
