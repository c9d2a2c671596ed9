import { type Appliance, createAppliance } from './app.ts'
import { type Config, loadConfig } from './config.ts'
import { BootError } from './lib/boot-error.ts'

const stopWithinMs = 4500

const sentenceOf = (cause: unknown): string => {
  if (cause instanceof BootError) return cause.message
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

const fail = (cause: unknown) => {
  process.stderr.write(`belfry: ${sentenceOf(cause)}\n`)
  process.exit(cause instanceof BootError ? 78 : 1)
}

/** For a person at a terminal; everybody else reads the JSON lines. */
const greet = ({ url, claimCode }: Pick<Appliance, 'url' | 'claimCode'>) => {
  if (!process.stderr.isTTY) return
  const code = claimCode()
  process.stderr.write(`\nBelfry answers at ${url()}\n${code ? `Claim it with the code ${code}\n` : ''}\n`)
}

const run = async (config: Config): Promise<void> => {
  let appliance = createAppliance(config, { restart: () => void restart().catch(fail) })
  let stopping = false

  const restart = async () => {
    if (stopping) return
    await appliance.stop()
    appliance = createAppliance(config, { restart: () => void restart().catch(fail) })
    await appliance.start()
  }
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
  greet(appliance)
}

const begin = async () => run(loadConfig())
begin().catch(fail)
