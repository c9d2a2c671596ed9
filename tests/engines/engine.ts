import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { findProgram, newerEngineFolder } from '../requirements.ts'
import { busyboxImage } from './busybox.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { createDaemon, type Daemon } from './daemon.ts'
import { type Namespaces, openNamespaces } from './namespaces.ts'
import { type Answer, ask } from './raw-api.ts'

export type EngineOptions = {
  /** `debian` is the installed engine, `newer` the one of install-newer.sh. */
  version?: 'debian' | 'newer'
  /** Also listen on TCP, where a client needs a certificate. */
  tls?: boolean
  /** False for an engine that cannot limit memory. */
  memoryCgroup?: boolean
  /** False for an engine without bridge and published ports, which starts faster. */
  network?: boolean
}

export type Engine = {
  readonly socketPath: string
  /** With `tls`. */
  readonly tcpUrl?: string
  /** What a client needs, in PEM. */
  readonly tls?: { ca: string; cert: string; key: string }
  /** Where published ports are reached; absent without network and TLS. */
  readonly address?: string
  readonly version: string
  api(method: string, path: string, body?: unknown): Promise<Answer>
  /** Makes an image of the machine's busybox, whose command is a shell; answers the image's name. */
  importBusybox(tag?: string): Promise<string>
  /** Signals the engine itself, not its containers, and waits for its end if the signal ends it. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Ends the engine if it runs, and starts it over the same data. */
  restart(): Promise<void>
  /** Ends all and leaves nothing behind. */
  stop(): Promise<void>
}

const Version = z.object({ Version: z.string() })

/** A real Docker engine, alone in its own namespaces. Needs `requirement('dockerd', ...)`, or `'dockerd-newer'`. */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-engine-'))
  const namespaces = await openNamespaces(folder, options.memoryCgroup ?? true)
  try {
    return await startInside(namespaces, folder, options)
  } catch (error) {
    await namespaces.close()
    throw error
  }
}

async function startInside(namespaces: Namespaces, folder: string, options: EngineOptions): Promise<Engine> {
  const socketPath = join(folder, 'docker.sock')
  const network = options.network ?? true
  const address = network || options.tls ? await namespaces.connect() : undefined
  const certificates = options.tls && address ? await makeCertificates(address) : undefined
  await writeSettings({ folder, network, certificates })
  const daemon = createDaemon({
    namespaces,
    ...enginePrograms(options.version ?? 'debian'),
    arguments: ['--config-file', join(folder, 'daemon.json')],
    socketPath,
    logFile: join(folder, 'daemon.log'),
  })
  await daemon.start()
  const { Version: version } = Version.parse((await ask(socketPath, 'GET', '/version')).body)
  const tls = certificates && { ca: certificates.ca, ...certificates.client }
  return {
    ...controls(daemon, namespaces, socketPath),
    socketPath,
    version,
    ...(address && { address }),
    ...(tls && { tls, tcpUrl: `tcp://${address}:2376` }),
  }
}

function controls(daemon: Daemon, namespaces: Namespaces, socketPath: string) {
  return {
    api: (method: string, path: string, body?: unknown) => ask(socketPath, method, path, body),
    importBusybox: (tag = 'belfry/busybox:1') => importBusybox(socketPath, tag),
    kill: (signal: NodeJS.Signals) => daemon.kill(signal),
    async restart() {
      await daemon.kill('SIGTERM')
      await daemon.start()
    },
    stop: () => namespaces.close(),
  }
}

async function importBusybox(socketPath: string, tag: string): Promise<string> {
  const query = new URLSearchParams({ fromSrc: '-', repo: tag })
  for (const change of ['CMD ["sh"]', 'ENV PATH=/bin']) query.append('changes', change)
  const { status, body } = await ask(socketPath, 'POST', `/images/create?${query}`, await busyboxImage())
  if (status !== 200) throw new Error(`The image was not imported: ${status} ${JSON.stringify(body)}`)
  return tag
}

type Wanted = { folder: string; network: boolean; certificates: Certificates | undefined }

async function writeSettings({ folder, network, certificates }: Wanted): Promise<void> {
  const write = (name: string, content: string) => writeFile(join(folder, name), content, { mode: 0o600 })
  const hosts = [`unix://${join(folder, 'docker.sock')}`]
  if (certificates) hosts.push('tcp://0.0.0.0:2376')
  const settings = {
    hosts,
    'data-root': join(folder, 'data'),
    'exec-root': '/run/docker',
    pidfile: '/run/docker.pid',
    'cgroup-parent': `/${basename(folder)}`,
    ...(!network && { bridge: 'none', iptables: false }),
    ...(certificates && {
      tlsverify: true,
      tlscacert: join(folder, 'ca.pem'),
      tlscert: join(folder, 'server.pem'),
      tlskey: join(folder, 'server.key'),
    }),
  }
  await write('daemon.json', JSON.stringify(settings))
  if (!certificates) return
  await write('ca.pem', certificates.ca)
  await write('server.pem', certificates.server.cert)
  await write('server.key', certificates.server.key)
}

function enginePrograms(version: 'debian' | 'newer'): { program: string; path: string } {
  const path = `/usr/sbin:/sbin:/usr/bin:/bin:${process.env['PATH'] ?? ''}`
  const folder = version === 'newer' ? join(newerEngineFolder(), 'bin') : undefined
  const program = folder ? join(folder, 'dockerd') : findProgram('dockerd')
  if (!program) throw new Error('dockerd is missing (package docker.io).')
  return { program, path: folder ? `${folder}:${path}` : path }
}
