import { AppError } from '#protocol/errors.ts'
import { loadConfig } from '../config.ts'
import { BootError } from '../lib/boot-error.ts'
import { version } from '../version.ts'
import { type Command, type Context, exitCodes, type Terminal } from './command.ts'
import { backup, restore, rotateKey } from './copies.ts'
import { doctor } from './doctor.ts'
import { claimCode, resetPassword } from './people.ts'
import { status } from './status.ts'

const commands: Record<string, Command> = {
  status,
  'claim-code': claimCode,
  backup,
  restore,
  doctor,
  'reset-password': resetPassword,
  'rotate-key': rotateKey,
}

const usageOf = (name: string, { takes }: Command) => ['belfry', name, ...takes].join(' ')

const overview = (): string[] => [
  `Belfry ${version}. The commands of this box:`,
  '',
  ...Object.entries(commands).map(([name, command]) => `  ${usageOf(name, command).padEnd(30)} ${command.summary}`),
  '',
  'They work on the data folder BELFRY_DATA (./data unless set), with the environment of the appliance.',
  '--json answers for programs; `belfry COMMAND --help` says more.',
  'Ends with 0 when done, 1 when it failed, 3 when the appliance does not run (status), 64 for a wrong call,',
  '78 when the environment or the data folder is not right.',
]

const sentenceOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  const reason = cause.cause instanceof Error ? ` (${cause.cause.message})` : ''
  return cause instanceof AppError ? cause.message : `${cause.message}${reason}`
}

const createContext = (terminal: Terminal, json: boolean): Context => ({
  ...terminal,
  config: loadConfig(),
  json,
  tell: (value, lines) => {
    if (json) return terminal.out(JSON.stringify(value))
    for (const line of lines) terminal.out(line)
  },
})

const wrongCall = (terminal: Terminal, sentence: string): number => {
  terminal.err(`${sentence} See \`belfry --help\`.`)
  return exitCodes.usage
}

const perform = async (command: Command, args: readonly string[], json: boolean, terminal: Terminal) => {
  try {
    return await command.run(createContext(terminal, json), args)
  } catch (cause) {
    terminal.err(`belfry: ${sentenceOf(cause)}`)
    return cause instanceof BootError ? exitCodes.configuration : exitCodes.failed
  }
}

/** Runs one command line (without the program's name) and answers the exit code. */
export const runCli = async (argv: readonly string[], terminal: Terminal): Promise<number> => {
  const options = argv.filter((one) => one.startsWith('-'))
  const [name, ...args] = argv.filter((one) => !one.startsWith('-'))
  const help = options.includes('--help') || options.includes('-h')
  if (options.includes('--version')) {
    terminal.out(version)
    return exitCodes.done
  }
  const command = name === undefined || name === 'help' ? undefined : commands[name]
  if (!command || !name) {
    if (name !== undefined && name !== 'help') return wrongCall(terminal, `There is no command ${name}.`)
    for (const line of overview()) (help || name ? terminal.out : terminal.err)(line)
    return help || name ? exitCodes.done : exitCodes.usage
  }
  if (help) {
    for (const line of [`${usageOf(name, command)}: ${command.summary}.`, command.detail]) terminal.out(line)
    return exitCodes.done
  }
  const unknown = options.find((one) => one !== '--json')
  if (unknown) return wrongCall(terminal, `There is no option ${unknown}.`)
  if (args.length !== command.takes.length)
    return wrongCall(terminal, `It is called like this: ${usageOf(name, command)}.`)
  return perform(command, args, options.includes('--json'), terminal)
}
