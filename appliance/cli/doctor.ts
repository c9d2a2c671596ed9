import { checkBackups, checkDatabase, checkDataFolder, checkMasterKey } from './checks-data.ts'
import { checkClock, checkNode } from './checks-machine.ts'
import { checkCertificate, checkDocker, checkPort } from './checks-network.ts'
import { type Command, exitCodes } from './command.ts'
import type { Finding } from './finding.ts'

const marks: Record<Finding['state'], string> = { fine: 'ok  ', attention: 'note', trouble: 'BAD ' }

const checks = [
  ['node', checkNode],
  ['data folder', checkDataFolder],
  ['database', checkDatabase],
  ['master key', checkMasterKey],
  ['clock', checkClock],
  ['port', checkPort],
  ['docker', checkDocker],
  ['backup', checkBackups],
  ['certificate', checkCertificate],
] as const

const lineOf = ({ name, state, says, advice }: Finding & { name: string }): string =>
  `${marks[state]}  ${name.padEnd(12)} ${says}${advice ? ` ${advice}` : ''}`

export const doctor: Command = {
  takes: [],
  summary: 'looks at everything the appliance needs, and says what to do',
  detail: 'Changes nothing; works whether the appliance runs or not. Ends with 1 when something is bad.',
  run: async ({ config, tell }) => {
    const findings: (Finding & { name: string })[] = []
    for (const [name, check] of checks) {
      try {
        findings.push({ name, ...(await check(config)) })
      } catch (cause) {
        const says = `It could not be checked: ${cause instanceof Error ? cause.message : String(cause)}.`
        findings.push({ name, state: 'trouble', says })
      }
    }
    tell({ findings }, findings.map(lineOf))
    return findings.some(({ state }) => state === 'trouble') ? exitCodes.failed : exitCodes.done
  },
}
