import { request, type Agent } from 'node:http'
import type { FuzzedBody } from './fuzzed-body.ts'
import type { Answer } from './judge-answer.ts'

const TIMEOUT_MS = 35_000

/** Sends a body; rejects when the server does not answer. */
export function postBody(url: string, key: string, { bytes, headers }: FuzzedBody, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}/api/v1/events`,
      { method: 'POST', agent, timeout: TIMEOUT_MS, headers: { authorization: `Bearer ${key}`, 'content-length': bytes.length, ...headers } },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', retryAfter: response.headers['retry-after'], text }),
        )
        response.on('error', reject)
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
    outgoing.on('error', reject)
    outgoing.end(bytes)
  })
}
