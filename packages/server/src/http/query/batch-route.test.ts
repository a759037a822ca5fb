import { expect, test } from 'vitest'
import { startTestServer } from '../../testing/start-test-server.ts'

async function batch(body: unknown): Promise<Response> {
  const server = await startTestServer()
  return server.post('/api/v1/query/batch', JSON.stringify(body), { authorization: `Bearer ${await server.key('read')}`, 'content-type': 'application/json' })
}

test('queries are answered together, and one that cannot be spoils no other', async () => {
  const answer = await batch({ queries: { total: { metrics: ['requests'] }, wrong: { metrics: ['requsts'] }, zone: { metrics: ['requests'], timeZone: 'Mars/Base' }, constructor: { metrics: ['errors'] } } })

  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    answers: { total: { rows: [[0]] }, constructor: { rows: [[0]] } },
    problems: { wrong: { status: 400, pointer: '/metrics/0' }, zone: { status: 400, pointer: '/timeZone' } },
  })
})

test.each<[string, unknown]>([
  ['no queries', {}],
  ['an empty batch', { queries: {} }],
  ['a list', { queries: [{ metrics: ['requests'] }] }],
  ['too many', { queries: Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`q${at}`, { metrics: ['requests'] }])) }],
  ['a name too long', { queries: { ['x'.repeat(65)]: { metrics: ['requests'] } } }],
])('%s is refused with a problem document', async (_what, body) => {
  const answer = await batch(body)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8'])
})
