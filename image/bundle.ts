import { cpSync, globSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

/** These carry machine code or load files beside themselves: they stay packages. */
const external = ['better-sqlite3', '@node-rs/argon2', 'systeminformation']

const programs = () => ['appliance/main.ts', 'appliance/cli.ts', ...globSync('appliance/**/*-worker.ts', { cwd: root })]

const bundle = async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: programs(),
    entryNames: '[name]',
    outdir: join(dist, 'appliance'),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    metafile: true,
    external,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  })
  return Object.keys(metafile.outputs)
}

rmSync(join(dist, 'appliance'), { recursive: true, force: true })
const files = await bundle()
cpSync(join(root, 'ui/dist'), join(dist, 'ui/dist'), { recursive: true })
for (const file of files) {
  const kilobytes = Math.round(statSync(join(root, file)).size / 1000)
  console.log(`${String(kilobytes).padStart(6)} kB  ${relative(root, join(root, file))}`)
}
