import type { LookupFunction } from 'node:net'
import { expect, test } from 'vitest'
import { ACKED, openGroup } from './group.ts'
import { startServer } from './server.ts'

type Addresses = { address: string; family: number }[]

/** A look-up that gives these results in turn, the last one again and again. */
function lookupOf(...results: (string | 'ENOTFOUND' | 'EAI_AGAIN')[]) {
  const asked: string[] = []
  // Boundary cast: Node's look-ups call back with one address or, asked for all, with a list.
  const lookup = ((hostname: string, options: { all?: boolean }, callback: (error: Error | null, found?: string | Addresses, family?: number) => void) => {
    asked.push(hostname)
    const result = results.length > 1 ? results.shift() : results[0]
    setImmediate(() => {
      if (result === undefined || result.startsWith('E')) callback(Object.assign(new Error(`getaddrinfo ${result} ${hostname}`), { code: result }))
      else if (options.all === true) callback(null, [{ address: result, family: 4 }])
      else callback(null, result, 4)
    })
  }) as LookupFunction
  return { lookup, asked }
}

test.each(['ENOTFOUND', 'EAI_AGAIN'] as const)('row 16: %s is no sending: the next attempt looks up again', async (code) => {
  const server = await startServer()
  const { lookup, asked } = lookupOf(code, '127.0.0.1')
  const group = openGroup({ serverUrl: `http://wayside.internal:${server.port}` }, { lookup })
  expect(await group.send(1)).toEqual({ kind: 'retry', afterMs: 0, reason: `getaddrinfo ${code} wayside.internal` })
  expect(await group.send(1)).toEqual(ACKED)
  expect(asked).toEqual(['wayside.internal', 'wayside.internal'])
  expect(server.requests[0]?.headers.host).toBe(`wayside.internal:${server.port}`)
})

test('row 16: a name that is not found is followed by the next receiver at once', async () => {
  const server = await startServer()
  const { lookup } = lookupOf('ENOTFOUND')
  expect(await openGroup({ receivers: `http://wayside.internal | ${server.url}` }, { lookup }).send(1)).toEqual(ACKED)
})

test('row 16: an address that moves is found with the next connection, and looked up only then', async () => {
  const server = await startServer()
  const { lookup, asked } = lookupOf('127.0.0.1', '127.0.0.2', '127.0.0.1')
  const group = openGroup({ serverUrl: `http://wayside.internal:${server.port}` }, { lookup })
  expect(await group.send(1)).toEqual(ACKED)
  expect(await group.send(2)).toEqual(ACKED)
  expect(asked).toHaveLength(1)
  await server.stop()
  // Nobody listens at the second address.
  expect(await group.send(3)).toMatchObject({ kind: 'retry', reason: expect.stringContaining('127.0.0.2') })
  await server.start()
  expect(await group.send(3)).toEqual(ACKED)
  expect(asked).toHaveLength(3)
})

test('a look-up that never answers ends with the 3 s of a connection', async () => {
  const lookup: LookupFunction = () => undefined
  const startMs = performance.now()
  expect(await openGroup({ serverUrl: 'http://wayside.internal' }, { lookup }).send(1)).toMatchObject({ kind: 'retry', reason: 'no connection within 3000 ms' })
  expect(performance.now() - startMs).toBeLessThan(4_000)
})

test('a key does not go unencrypted to a name that turns out to be public', async () => {
  const server = await startServer()
  // An address of documentation, to which nothing is routed: it must not even be waited for.
  const { lookup } = lookupOf('192.0.2.1')
  const url = `http://wayside.example.com:${server.port}`
  const refused = await openGroup({ serverUrl: url, requestTimeoutMs: 500 }, { lookup }).send(1)
  expect(refused).toMatchObject({ kind: 'refused_access', reason: expect.stringContaining('allowCleartext: true') })
})

test('a key goes unencrypted to a name that turns out to be private', async () => {
  const server = await startServer()
  const { lookup } = lookupOf('127.0.0.1')
  expect(await openGroup({ serverUrl: `http://wayside.example.com:${server.port}` }, { lookup }).send(1)).toEqual(ACKED)
})
