import { z } from 'zod'
import type { Declared } from './serve.ts'

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const shapeOf = (label: string, schema: z.ZodType | undefined, io: 'input' | 'output') => {
  if (!schema) return ''
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>
  return `<details><summary>${label}</summary><pre>${escaped(JSON.stringify(rest, null, 2))}</pre></details>`
}

const entry = ({ method, path, endpoint }: Declared) => {
  const access = endpoint.access === 'public' ? 'no sign-in' : endpoint.access
  return `<article id="${method}${escaped(path)}">
<h3><b>${method.toUpperCase()}</b> <code>/api/v1${escaped(path)}</code></h3>
<p>${escaped(endpoint.summary)}. <span>${escaped(access)}</span></p>
${endpoint.detail ? `<p>${escaped(endpoint.detail)}</p>` : ''}
${shapeOf('Query', endpoint.query, 'input')}${shapeOf('Body', endpoint.body, 'input')}${shapeOf('Answer', endpoint.answer, 'output')}
</article>`
}

export const docsStyle = `:root{color-scheme:dark light}body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}
h3{margin:2rem 0 .25rem;font-size:1rem;font-weight:400}p{margin:.25rem 0}article span{opacity:.7}pre{overflow:auto;font-size:13px}
summary{cursor:pointer}nav ul{columns:20rem;padding:0;list-style:none}a{color:inherit}`

/** A page that lists every endpoint, readable without the internet and without a script. */
export const docsPage = (declared: readonly Declared[], version: string): string => {
  const areas = Map.groupBy(declared, ({ path }) => path.split('/')[1] ?? '')
  const sections = [...areas].map(
    ([area, list]) => `<section><h2 id="${escaped(area)}">${escaped(area)}</h2>${list.map(entry).join('')}</section>`,
  )
  const links = [...areas.keys()].map((area) => `<li><a href="#${escaped(area)}">${escaped(area)}</a></li>`)
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Belfry API</title><link rel="stylesheet" href="/api/docs.css"></head><body><main><h1>Belfry API ${escaped(version)}</h1>
<p>JSON below <code>/api/v1</code>. Sign in with <code>POST /api/v1/auth/login</code> and send the token as <code>Authorization: Bearer</code>.
For tools: <a href="/api/v1/openapi.json">openapi.json</a>.</p><nav aria-label="Areas"><ul>${links.join('')}</ul></nav>${sections.join('')}</main></body></html>`
}
