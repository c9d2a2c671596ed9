import { once } from 'node:events'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { ArchiveJob, ArchiveResult } from './archive.ts'
import { workerFile } from './worker-file.ts'

type Answer = { result: ArchiveResult } | { cause: unknown }

const startThread = (job: ArchiveJob) => {
  const { port1, port2 } = new MessageChannel()
  const done = new SharedArrayBuffer(4)
  const worker = new Worker(workerFile('archive-worker', import.meta.url), {
    workerData: { job, answer: port2, done },
    transferList: [port2],
  })
  return { worker, port: port1, done }
}

const open = (answer: Answer): ArchiveResult => {
  if ('cause' in answer) throw answer.cause
  return answer.result
}

/** Packs or unpacks in a thread of its own: the event loop goes on meanwhile. */
export const archive = async (job: ArchiveJob): Promise<ArchiveResult> => {
  const { worker, port } = startThread(job)
  const failed = new Promise<never>((_, reject) => {
    worker.once('error', reject)
    worker.once('exit', (code) => code !== 0 && reject(new Error(`The archive thread ended with ${code}.`)))
  })
  try {
    const [answer] = (await Promise.race([once(port, 'message'), failed])) as [Answer]
    return open(answer)
  } finally {
    port.close()
  }
}

/** The same for the start of the process, where nothing else waits yet: at most `timeoutMs`. */
export const archiveSync = (job: ArchiveJob, timeoutMs = 600_000): ArchiveResult => {
  const { worker, port, done } = startThread(job)
  worker.unref()
  Atomics.wait(new Int32Array(done), 0, 0, timeoutMs)
  const received = receiveMessageOnPort(port) as { message: Answer } | undefined
  port.close()
  if (!received) throw new Error(`${job.from} could not be unpacked.`)
  return open(received.message)
}
