import { expect, test } from 'vitest'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvent } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

const NOW = Date.now()

interface Receipt {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly { readonly seq: number; readonly field: string }[]
}

/** Sends events of the sample's producer with a key. */
async function send(server: TestServer, key: string, seqs: readonly number[], path = '/'): Promise<Receipt> {
  const body = JSON.stringify(sampleBatch(seqs.map((seq) => sampleEvent({ seq, path, time: NOW }))))
  const answer = await server.post('/api/v1/events', body, { authorization: `Bearer ${key}` })
  expect(answer.status).toBe(200)
  // Boundary: an answer of our own server.
  return (await answer.json()) as Receipt
}

async function storedPaths(server: TestServer, project: string): Promise<readonly string[]> {
  await server.drain()
  const listed = await server.get('/api/v1/requests', await server.key('read', project))
  const { requests } = (await listed.json()) as { requests: { path: string }[] }
  return requests.map(({ path }) => path)
}

test("row 59: with another project's producer and seqs a project fills its own ledger only", async () => {
  const server = await startTestServer()
  const [attacker, victim] = [await server.key('ingest', 'attacker'), await server.key('ingest', 'victim')]

  const forged = await send(server, attacker, [1, 2, 3], '/forged')
  const real = await send(server, victim, [1, 2, 3], '/real')

  expect([forged, real]).toMatchObject([
    { accepted: 3, duplicates: 0 },
    { accepted: 3, duplicates: 0 },
  ])
  expect(await storedPaths(server, 'victim')).toEqual(['/real', '/real', '/real'])
})

test('row 59: a seq that was made up is refused by itself, and the producer goes on, also after a restart', async () => {
  const server = await startTestServer()
  const key = await server.key('ingest')

  await send(server, key, [1, 2])
  const jump = await send(server, key, [3, 2 ** 40])
  await server.stop()
  const again = await startTestServer({ data: server.dataDir })

  expect(jump).toMatchObject({ accepted: 1, rejected: [{ seq: 2 ** 40, field: 'seq' }] })
  expect(await send(again, key, [3, 4, 2 ** 40])).toMatchObject({ accepted: 1, duplicates: 1, rejected: [{ seq: 2 ** 40 }] })
})

test('row 60: of a batch that comes again with altered bytes the first one counts, and the log says so once', async () => {
  const server = await startTestServer()
  const key = await server.key('ingest')

  await send(server, key, [1, 2], '/first')
  const replays = [await send(server, key, [1, 2], '/altered'), await send(server, key, [1, 2], '/altered again')]

  expect(replays).toMatchObject([
    { accepted: 0, duplicates: 2 },
    { accepted: 0, duplicates: 2 },
  ])
  expect(await storedPaths(server, 'shop')).toEqual(['/first', '/first'])
  expect(server.log.filter((line) => line.includes('with other content'))).toHaveLength(1)
})

test('row 60: a batch that comes again as it was is nothing to tell', async () => {
  const server = await startTestServer()
  const key = await server.key('ingest')

  for (let time = 0; time < 3; time++) await send(server, key, [1])

  expect(server.log.join('')).not.toContain('with other content')
})
