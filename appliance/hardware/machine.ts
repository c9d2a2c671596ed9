import { readFileSync } from 'node:fs'
import { arch, cpus, hostname, release, type } from 'node:os'
import type { System } from '#protocol/system.ts'
import { parseOsRelease } from './proc.ts'

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').replaceAll('\0', '').trim()
  } catch {
    return ''
  }
}

/** `Raspberry Pi 4 Model B Rev 1.4`, or what a PC's firmware says it is; null when nothing says so. */
const modelOf = (): string | null => {
  const board = textOf('/proc/device-tree/model')
  const vendor = textOf('/sys/class/dmi/id/sys_vendor')
  const product = textOf('/sys/class/dmi/id/product_name')
  return board || [vendor, product].filter(Boolean).join(' ') || null
}

/** What does not change while the appliance runs. */
export const machineFacts = (): Pick<System, 'hostname' | 'model' | 'os' | 'kernel' | 'arch' | 'cores' | 'node'> => ({
  hostname: hostname(),
  model: modelOf(),
  os: parseOsRelease(textOf('/etc/os-release')) ?? `${type()} ${release()}`,
  kernel: release(),
  arch: arch(),
  cores: cpus().length,
  node: process.version,
})
