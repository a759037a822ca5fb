import { expect, test } from 'vitest'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

interface Page {
  readonly requests: readonly { readonly path: string }[]
  readonly nextCursor: string | null
}

async function startWithRequests(): Promise<{
  readonly server: TestServer
  readonly list: (query: string) => Promise<Page>
}> {
  const server = await startTestServer()
  const key = await server.key('combined')
  // Two requests at each instant: a page must not lose or repeat those that share one.
  const events = Array.from({ length: 25 }, (_, at) =>
    sampleEvent({
      seq: at,
      time: Date.now() - 60_000 + Math.floor(at / 2),
      path: `/items/${at}`,
      route: at === 3 ? null : '/items/:id',
      status: at === 3 ? 404 : 200,
      userId: at < 5 ? 'ada' : null,
    }),
  )
  await server.deliver(sampleBatch(events), key)
  return { server, list: async (query) => (await (await server.get(`/api/v1/requests?${query}`, key)).json()) as Page }
}

test.each(['newest', 'oldest'])('pages of the %s first hold every request once, in order', async (order) => {
  const { list } = await startWithRequests()

  const paths: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await list(`order=${order}&limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`)
    paths.push(...page.requests.map(({ path }) => path))
    cursor = page.nextCursor
  }

  const expected = Array.from({ length: 25 }, (_, at) => `/items/${at}`)
  expect(paths).toEqual(order === 'oldest' ? expected : expected.toReversed())
})

test('a project lists requests of as many days as it wants to, says so, and goes on counting the others', async () => {
  let laterMs = 0
  const server = await startTestServer({ now: () => Date.now() + laterMs })
  const key = await server.key('admin')
  const change = { method: 'PATCH', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ eventDays: 2 }) }
  const dayMs = 86_400_000
  const events = [0, 1, 5].map((days, seq) => sampleEvent({ seq, time: Date.now() - days * dayMs, path: `/${days}` }))
  await server.deliver(sampleBatch(events), await server.key('ingest'))
  const list = async () => (await (await server.get('/api/v1/requests', key)).json()) as Page & { readonly listedSince: number | null }
  const { listedSince, requests } = await list()
  expect([listedSince, requests.length]).toEqual([null, 3])

  expect((await fetch(`${server.url}/api/v1/project`, change)).status).toBe(200)
  const midnight = Date.now() - (Date.now() % dayMs)
  laterMs = 10_000

  expect(await list()).toMatchObject({ listedSince: midnight - 2 * dayMs, requests: [{ path: '/0' }, { path: '/1' }] })
  expect(await (await server.get('/api/v1/overview?period=7d', key)).json()).toMatchObject({ totals: { requests: 3 } })
})

test('filters narrow the list', async () => {
  const { list } = await startWithRequests()

  expect((await list('status=404')).requests.map(({ path }) => path)).toEqual(['/items/3'])
  expect((await list('userId=ada')).requests).toHaveLength(5)
  expect((await list('userId=ada&status=404&method=GET&path=/items/3')).requests).toHaveLength(1)
  expect((await list("path=' OR 1=1 --")).requests).toEqual([])
  expect((await list(`to=${Date.now() - 120_000}`)).requests).toEqual([])
})

test('any filter of queries narrows the list too, beside the others', async () => {
  const { list } = await startWithRequests()
  const paths = async (filter: unknown, more = '') => (await list(`order=oldest&filter=${encodeURIComponent(JSON.stringify(filter))}${more}`)).requests.map(({ path }) => path)

  expect(await paths(['or', [['gte', 'status', 400], ['matches', 'path', ['/2\\d$']]]])).toEqual(['/items/3', '/items/20', '/items/21', '/items/22', '/items/23', '/items/24'])
  expect(await paths(['not', ['exists', 'userId']], '&limit=2')).toEqual(['/items/5', '/items/6'])
  expect(await paths(['is', 'endpoint', ['GET']], '&userId=ada')).toEqual(['/items/3'])
  expect(await paths(['contains', 'path', ["' OR 1=1"]])).toEqual([])
})

test('a filter with a mistake is refused with where it is', async () => {
  const server = await startTestServer()
  const answer = await server.get(`/api/v1/requests?filter=${encodeURIComponent('["is","metod",["GET"]]')}`, await server.key('read'))

  expect([answer.status, await answer.json()]).toMatchObject([400, { pointer: '/filter/1', detail: expect.stringContaining('Did you mean "method"') }])
})

test.each([
  'cursor=abc',
  'cursor=bmV3ZXN0OjE6eA',
  'limit=0',
  'limit=1001',
  'status=99',
  'from=yesterday',
  'order=up',
  'path=a&path=b',
  'nothing=1',
])('?%s is refused with what to do', async (query) => {
  const server = await startTestServer()

  const answer = await server.get(`/api/v1/requests?${query}`, await server.key('read'))

  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(/parameter/) })
})

test('a cursor belongs to its order', async () => {
  const { server, list } = await startWithRequests()
  const { nextCursor } = await list('order=newest&limit=1')

  const answer = await server.get(`/api/v1/requests?order=oldest&cursor=${nextCursor}`, await server.key('read'))

  expect(await answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining('order=newest') })
})

test('one request is found by its time and its id, and by nothing else', async () => {
  const { server, list } = await startWithRequests()
  const key = await server.key('read')
  const { requests } = (await list('limit=2')) as unknown as { requests: readonly { time: number; id: number; path: string }[] }
  for (const request of requests) {
    const answer = await server.get(`/api/v1/request?time=${request.time}&id=${request.id}`, key)
    expect(await answer.json()).toEqual(request)
  }

  const [{ time, id } = { time: 0, id: 0 }] = requests
  const another = await server.key('read', 'another project')
  const missing = [[time, id + 1_000, key], [time - 1, id, key], [time, 0, key], [time, id, another]] as const
  for (const [at, of, by] of missing) expect((await server.get(`/api/v1/request?time=${at}&id=${of}`, by)).status).toBe(404)
  expect((await server.get(`/api/v1/request?time=${time}&id=1%20OR%201=1`, key)).status).toBe(400)
})

test('every member of an event is shown, tags with odd names too', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const tags = Object.fromEntries([
    ['plan', 'gold'],
    ['__proto__', 'x'],
    ['"<b>', '\u0000'],
  ])
  const event = sampleEvent({ time: Date.now(), tags, errorClass: 'TypeError', upstreamUs: 7, upstreamCount: 1, outcome: 'aborted_mid_body', status: 499 })

  await server.deliver(sampleBatch([event]), key)

  const { requests } = (await (await server.get('/api/v1/requests', key)).json()) as { requests: object[] }
  const { seq: _seq, tags: _tags, ...members } = event
  expect(requests[0]).toMatchObject(members)
  expect(requests[0]).toHaveProperty('tags.plan', 'gold')
})
