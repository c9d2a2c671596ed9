import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { findProgram } from '../requirements.ts'

const run = promisify(execFile)
const block = 512

type Entry = { name: string; mode: number; type: 'file' | 'link' | 'folder'; content?: Buffer; target?: string }

let built: Promise<Buffer> | undefined

/** The tar of a root filesystem in which the machine's static busybox is every command; no registry is needed. */
export function busyboxImage(): Promise<Buffer> {
  built ??= build()
  return built
}

async function build(): Promise<Buffer> {
  const program = findProgram('busybox-static')
  if (!program) throw new Error('busybox is missing (package busybox-static).')
  const { stdout } = await run(program, ['--list'])
  const commands = stdout.split('\n').filter((name) => name && name !== 'busybox')
  const entries: Entry[] = [
    ...['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'www'].map((name) => folder(name, 0o755)),
    folder('tmp', 0o1777),
    file('bin/busybox', 0o755, await readFile(program)),
    ...commands.map((name): Entry => ({ name: `bin/${name}`, mode: 0o777, type: 'link', target: 'busybox' })),
    file('etc/passwd', 0o644, Buffer.from('root:x:0:0:root:/root:/bin/sh\n')),
  ]
  return Buffer.concat([...entries.map(encode), Buffer.alloc(2 * block)])
}

function folder(name: string, mode: number): Entry {
  return { name: `${name}/`, mode, type: 'folder' }
}

function file(name: string, mode: number, content: Buffer): Entry {
  return { name, mode, type: 'file', content }
}

function encode(entry: Entry): Buffer {
  const content = entry.content ?? Buffer.alloc(0)
  const header = Buffer.alloc(block)
  const octal = (value: number, at: number, digits: number) => header.write(value.toString(8).padStart(digits, '0'), at)
  header.write(entry.name, 0)
  octal(entry.mode, 100, 7)
  octal(0, 108, 7)
  octal(0, 116, 7)
  octal(content.length, 124, 11)
  octal(0, 136, 11)
  header.write(' '.repeat(8), 148)
  header.write({ file: '0', link: '2', folder: '5' }[entry.type], 156)
  header.write(entry.target ?? '', 157)
  header.write('ustar\u000000', 257)
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  )
  header[154] = 0
  return Buffer.concat([header, content, Buffer.alloc((block - (content.length % block)) % block)])
}
