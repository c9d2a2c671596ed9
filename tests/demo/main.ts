import { account, startDemo } from './demo.ts'

const demo = await startDemo()
console.log(`\nThe demo runs at ${demo.url}. Sign in as ${account.username} with the password "${account.password}".\n`)

const stop = async () => {
  await demo.stop()
  process.exit(0)
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
