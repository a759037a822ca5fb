import assert from 'node:assert/strict'
import type { AdapterHarness } from '../adapter-harness.ts'
import type { ContractCase } from '../contract-case.ts'
import { withSession, type MountSetup } from '../contract-session.ts'
import { openRaw, readToEnd } from '../loopback-client.ts'

/** The app's answers are the same bytes with and without analytics. */
export const transparencyCases: readonly ContractCase[] = [false, true].map((answersErrors) => ({
  name: `leaves every byte of every answer as it is${answersErrors ? ', with an error handler of the app' : ''}`,
  run: async (harness) => {
    const bare = await readAnswers(harness, [], answersErrors)
    const observed = await readAnswers(harness, [{}], answersErrors)
    for (const [request, answer] of bare) assert.equal(observed.get(request), answer, request)
  },
}))

const REQUESTS: readonly string[] = [
  ...[
    '/flat/1',
    '/json',
    '/bytes',
    '/teapot',
    '/no-content',
    '/not-modified',
    '/stream',
    '/raw',
    '/raw-chunks',
    '/throw',
    '/reject',
    '/unavailable',
    '/throw-text',
    '/guarded/x',
    '/v1/users/7?q=1',
    '/v1/nope',
    '/t/acme/users/1',
    '/t/%zz/users/1',
    '/org/o/team/t/members/m',
    '/a/s/x',
    '/multi2/1',
    '/files/a/b',
    '/digits/1',
    '/digits/x',
    '/nope',
    '//flat/1',
  ].map((path) => toRequest('GET', path)),
  ...['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'].map((method) => toRequest(method, '/flat/1')),
  toRequest('POST', '/v1/echo', 'Content-Type: application/json\nContent-Length: 7\n', '{"a":1}'),
  toRequest('POST', '/v1/echo', 'Content-Type: application/json\nContent-Length: 5\n', '{"a":'),
  toRequest('POST', '/v1/echo', 'Content-Type: application/json\nTransfer-Encoding: chunked\n', '3\n{"a\n4\n":1}\n0\n\n'),
  'GET /flat/1 HTTP/1.0\nHost: a\n\n',
  'GET http://a/flat/1 HTTP/1.1\nHost: a\nConnection: close\n\n',
  'GET /flat/1 HTTP/1.1\nHost: a\n\nGET /json HTTP/1.1\nHost: a\nConnection: close\n\n',
]

function toRequest(method: string, path: string, headers = '', body = ''): string {
  return `${method} ${path} HTTP/1.1\nHost: a\nConnection: close\n${headers}\n${body}`
}

async function readAnswers(
  harness: AdapterHarness,
  mounts: readonly MountSetup[],
  answersErrors: boolean,
): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>()
  await inProduction(() =>
    withSession(harness, { mounts, answersErrors }, async ({ app }) => {
      for (const request of REQUESTS) {
        const bytes = await readToEnd(await openRaw(app.port, request))
        answers.set(request, bytes.toString('latin1').replaceAll(/^date: .*$/gim, 'date: -'))
      }
    }),
  )
  return answers
}

/** Elsewhere frameworks print stacks into their error pages, and a middleware stands in the stack, as any other does. */
async function inProduction(work: () => Promise<void>): Promise<void> {
  const { NODE_ENV } = process.env
  const { error } = console
  process.env['NODE_ENV'] = 'production'
  console.error = () => {} // Frameworks log what their error pages hide.
  try {
    await work()
  } finally {
    console.error = error
    if (NODE_ENV === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = NODE_ENV
  }
}
