import { z } from 'zod'
import { ErrorBody } from '#protocol/errors.ts'
import type { AnyEndpoint, Declared } from './serve.ts'

type Json = Record<string, unknown>

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Json
  return rest
}

const parametersOf = (schema: z.ZodType | undefined, where: 'query' | 'path'): Json[] => {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Json; required?: string[] }
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: one,
  }))
}

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))

const accessLine = ({ access, audit }: AnyEndpoint): string => {
  const who =
    access === 'public'
      ? 'Needs no sign-in.'
      : access === 'signed-in'
        ? 'Any person.'
        : `Needs the permission \`${access}\`.`
  return audit ? `${who} Audited as \`${audit}\`.` : who
}

const answersOf = ({ answer, status = 200, access, example }: AnyEndpoint): Json => {
  const problem = (description: string) => ({
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  })
  const content = answer
    ? { content: { 'application/json': { schema: schemaOf(answer, 'output'), ...(example ? { example } : {}) } } }
    : {}
  return {
    [status]: { description: status === 204 ? 'Done, nothing to say.' : 'As asked.', ...content },
    400: problem('The request is not as expected; the message names the field.'),
    ...(access === 'public' ? {} : { 401: problem('Nobody is signed in.'), 403: problem('Not allowed.') }),
    429: problem('Too many calls; Retry-After says how long to wait.'),
  }
}

const operationOf = ({ endpoint, path, method }: Declared): Json => ({
  operationId: `${method}${path.replace(/[/:{}-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
  tags: [path.split('/')[1]],
  summary: endpoint.summary,
  description: [endpoint.detail, accessLine(endpoint)].filter(Boolean).join('\n\n'),
  security: endpoint.access === 'public' ? [] : [{ bearer: [] }],
  parameters: [
    ...(endpoint.params ? parametersOf(endpoint.params, 'path') : pathParameters(path)),
    ...parametersOf(endpoint.query, 'query'),
  ],
  ...(endpoint.body
    ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } } } }
    : {}),
  responses: answersOf(endpoint),
})

/** The OpenAPI 3.1 description, made from the same declarations that the server runs. */
export const openApiOf = (declared: readonly Declared[], version: string): Json => {
  const paths: Record<string, Json> = {}
  for (const one of declared) {
    const path = one.path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')
    paths[path] = { ...paths[path], [one.method]: operationOf(one) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Belfry', version, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: { Error: schemaOf(ErrorBody, 'output') },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  }
}
