import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build, type Metafile, type Plugin } from 'esbuild'

const here = import.meta.dirname
const dist = join(here, 'dist')
const firstLoadLimit = 60_000
/** What somebody who signs in and lands on Now has to load: these pages, and all that they import at once. */
const firstPages = ['main.ts', 'people/entrance/page.ts']
const firstStyles = ['app', 'entrance']

const shared = {
  bundle: true,
  minify: true,
  metafile: true,
  target: 'es2022',
  outdir: join(dist, 'assets'),
  entryNames: '[name]-[hash]',
  absWorkingDir: here,
  logLevel: 'warning',
} as const

/**
 * esbuild makes a chunk for every set of entries that share a module, which would be dozens of small requests. What
 * every lazy page imports has one set: so each imports all that the first load has anyway, and that is one file.
 */
const oneCore: Plugin = {
  name: 'one-core',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir, kind }) =>
      kind === 'dynamic-import' ? { path: join(resolveDir, path), pluginData: { isLazy: true } } : undefined,
    )
    onLoad({ filter: /\.ts$/ }, ({ path, pluginData }) =>
      (pluginData as { isLazy?: boolean } | undefined)?.isLazy
        ? { contents: `import ${JSON.stringify(join(here, 'start.ts'))}\n${readFileSync(path, 'utf8')}`, loader: 'ts' }
        : undefined,
    )
  },
}

/** The pages take the protocol's types only: its schemas would bring their whole library along. */
const typesOnly: Plugin = {
  name: 'types-only',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^#protocol\// }, ({ path, importer }) => ({
      errors: [{ text: `${relative(here, importer)} takes more than types from ${path}. Write \`import type\`.` }],
    }))
  },
}

const below = (folder: string): string[] =>
  readdirSync(join(here, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))

/** Every stylesheet outside styles/ is loaded with the page that names it, by its file name. */
const lazyStyles = () => below('.').filter((name) => name.endsWith('.css') && !/^(dist|styles)\//.test(name))

const urlOf = (output: string) => `/${relative(dist, join(here, output))}`

const outputsByEntry = ({ outputs }: Metafile) =>
  new Map(
    Object.entries(outputs).flatMap(([output, { entryPoint }]) => (entryPoint ? [[entryPoint, output] as const] : [])),
  )

const buildStyles = async (): Promise<Record<string, string>> => {
  const { metafile } = await build({ ...shared, entryPoints: ['styles/app.css', ...lazyStyles()] })
  return Object.fromEntries(
    [...outputsByEntry(metafile)].map(([entry, output]) => [basename(entry, '.css'), urlOf(output)]),
  )
}

const buildScripts = async (styles: Record<string, string>) => {
  const define = { STYLES: JSON.stringify(styles) }
  const pages = await build({
    ...shared,
    entryPoints: ['main.ts'],
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    define,
    plugins: [oneCore, typesOnly],
  })
  return pages.metafile
}

/** `entrance`: what strangers need beyond the first page's own files. */
const buildEarly = async (entrance: { scripts: string[]; styles: string[] }) => {
  const define = { ENTRANCE: JSON.stringify(entrance) }
  const { metafile } = await build({ ...shared, entryPoints: ['early.ts'], format: 'iife', define })
  return urlOf(outputsByEntry(metafile).get('early.ts') ?? '')
}

const withImports = ({ outputs }: Metafile, roots: string[]): string[] => {
  const found = new Set<string>()
  const visit = (output: string) => {
    if (found.has(output)) return
    found.add(output)
    for (const { path, kind } of outputs[output]?.imports ?? []) if (kind === 'import-statement') visit(path)
  }
  roots.forEach(visit)
  return [...found].map(urlOf)
}

const writePage = (urls: { early: string; style: string; main: string; preload: string[] }) => {
  const sprite = readFileSync(join(here, 'styles/sprite.svg'), 'utf8')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/\s*\n\s*/g, '')
    .replace('<svg ', '<svg class="sprite" aria-hidden="true" ')
  const preload = urls.preload.map((url) => `<link rel="modulepreload" href="${url}">`).join('')
  const page = readFileSync(join(here, 'index.html'), 'utf8')
    .replace('%early%', urls.early)
    .replace('%style%', urls.style)
    .replace('%main%', urls.main)
    .replace('%preload%', preload)
    .replace('%sprite%', sprite)
    .replace(/\n\s*/g, '\n')
  writeFileSync(join(dist, 'index.html'), page)
}

/** The service worker is not hashed: browsers ask for it by this name to learn of a new version. */
const writeServiceWorker = async (shell: string[]) => {
  const contents = shell.map((url) => readFileSync(join(dist, url)))
  const version = createHash('sha256').update(Buffer.concat(contents)).digest('hex').slice(0, 12)
  await build({
    ...shared,
    entryPoints: ['service-worker.ts'],
    outdir: dist,
    entryNames: '[name]',
    format: 'iife',
    define: { VERSION: JSON.stringify(version), SHELL: JSON.stringify(['/', ...shell.slice(1)]) },
  })
}

const gzipped = (url: string) => gzipSync(readFileSync(join(dist, url)), { level: 9 }).length

const compressAll = () => {
  const texts = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(html|js|css|svg|webmanifest)$/.test(name),
  )
  for (const name of texts) {
    const bytes = readFileSync(join(dist, name))
    writeFileSync(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(join(dist, `${name}.br`), brotliCompressSync(bytes, { params }))
  }
}

/** Builds ui/dist and answers the gzipped bytes of the first load; throws a sentence when they exceed the budget. */
export const buildUi = async (): Promise<{ firstLoadBytes: number; files: { url: string; bytes: number }[] }> => {
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist, { recursive: true })
  const styles = await buildStyles()
  const pages = await buildScripts(styles)
  const entries = outputsByEntry(pages)
  const outputOf = (page: string) => {
    const output = entries.get(page)
    if (!output) throw new Error(`${page} is not a page of its own any more: the budget cannot be measured.`)
    return output
  }
  const main = urlOf(outputOf('main.ts'))
  const first = withImports(pages, firstPages.map(outputOf))
  const preload = withImports(pages, [outputOf('main.ts')]).filter((url) => url !== main)
  const style = styles['app'] ?? ''
  const onlyEntrance = first.filter((url) => url !== main && !preload.includes(url))
  const early = await buildEarly({ scripts: onlyEntrance, styles: [styles['entrance'] ?? ''] })
  writePage({ early, style, main, preload })
  cpSync(join(here, 'icons'), dist, { recursive: true })
  const shell = ['index.html', early, ...firstStyles.map((name) => styles[name] ?? ''), ...first]
  await writeServiceWorker(shell)
  compressAll()
  const files = shell.map((url) => ({ url, bytes: gzipped(url) }))
  const firstLoadBytes = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (firstLoadBytes > firstLoadLimit) {
    const largest = files.sort((a, b) => b.bytes - a.bytes).map(({ url, bytes }) => `${url} ${bytes}`)
    throw new Error(
      `The first load is ${firstLoadBytes} bytes gzipped, ${firstLoadBytes - firstLoadLimit} over its budget of ` +
        `${firstLoadLimit}. Load something later: ${largest.join(', ')}.`,
    )
  }
  return { firstLoadBytes, files }
}

if (import.meta.main) {
  try {
    const { firstLoadBytes } = await buildUi()
    console.log(`UI built: the first load is ${(firstLoadBytes / 1000).toFixed(1)} kB gzipped of at most 60.`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
