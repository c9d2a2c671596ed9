import { createAppliance } from './app.ts'
import { loadConfig } from './config.ts'
import { BootError } from './lib/boot-error.ts'

const stopWithinMs = 4500

const run = async (): Promise<void> => {
  const appliance = createAppliance(loadConfig())
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    await appliance.stop()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  await appliance.start()
}

run().catch((cause: unknown) => {
  const sentence =
    cause instanceof BootError ? cause.message : cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  process.stderr.write(`belfry: ${sentence}\n`)
  process.exit(cause instanceof BootError ? 78 : 1)
})
