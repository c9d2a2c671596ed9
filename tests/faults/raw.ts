import http from 'node:http'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { ErrorBody, statusOfCode } from '#protocol/errors.ts'

export interface Raw {
  method?: string
  path: string
  headers?: http.OutgoingHttpHeaders
  body?: string | Buffer | Buffer[]
}

/** A request as it is written here, path and headers untouched. */
export const sendRaw = async (port: number, { method = 'GET', path, headers = {}, body }: Raw) => {
  const request = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false })
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', reject)
  })
  if (Array.isArray(body)) for (const chunk of body) request.write(chunk)
  request.end(Array.isArray(body) ? undefined : body)
  const answer = await answered
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) }
}

/** The code of a refusal, which must have the status that belongs to it and a whole sentence. */
export const codeOf = ({ status, text: body }: { status: number; text: string }): string => {
  const { error } = ErrorBody.parse(JSON.parse(body))
  expect(statusOfCode[error.code]).toBe(status)
  expect(error.message).toMatch(/[.!?]$/)
  return error.code
}

export const json = { 'content-type': 'application/json' }
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
