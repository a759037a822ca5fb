import assert from 'node:assert/strict'
import type { Options } from '@wayside/core'
import type { ApiEvent } from '@wayside/protocol'
import type { AdapterHarness } from '../adapter-harness.ts'
import type { ContractCase } from '../contract-case.ts'
import { withSession } from '../contract-session.ts'

type MapperName = Extract<keyof Options, `get${string}`>

/** Each mapper, the event's member that it fills, and a value. */
const MAPPERS: readonly { readonly name: MapperName; readonly member: keyof ApiEvent; readonly value: string }[] = [
  { name: 'getUserId', member: 'userId', value: 'user-1' },
  { name: 'getIpAddress', member: 'ip', value: '203.0.113.44' },
  { name: 'getUserAgent', member: 'userAgent', value: 'agent/1' },
  { name: 'getPath', member: 'path', value: '/mapped' },
  { name: 'getHostname', member: 'host', value: 'mapped.example.com' },
  { name: 'getOAuthClientId', member: 'oauthClientId', value: 'oauth-1' },
]

/** What mappers return is recorded; what they do wrong costs their own value. */
export const mapperCases: readonly ContractCase[] = [
  ...MAPPERS.map(
    ({ name, member, value }): ContractCase => ({
      name: `records what ${name} reads from the framework's own request`,
      run: (harness) =>
        withMapper(harness, name, (source) => harness.header(source, 'x-mapped'), value, (event) => {
          assert.equal(event[member], value)
        }),
    }),
  ),
  {
    name: 'records the hash of what getApiKey reads and never the key',
    run: (harness) =>
      withSession(harness, { mounts: [{ getApiKey: (source) => harness.header(source, 'x-mapped') }] }, async (session) => {
        for (const key of ['key-of-a-customer', 'key-of-a-customer', 'another-key'])
          await session.send('/flat/1', { headers: { 'x-mapped': key } })
        const [first, second, other] = (await session.events(3)).map((event) => event.apiKeyHash)
        assert.match(first ?? '', /^[\da-f]{32}$/)
        assert.equal(second, first)
        assert.notEqual(other, first)
        assert.ok(!session.receiver.batches.some(({ text }) => text.includes('key-of-a-customer')))
      }),
  },
  {
    name: 'records what getTags returns',
    run: (harness) =>
      withSession(harness, { mounts: [{ getTags: () => ({ plan: 'pro', seats: 3, trial: false }) }] }, async (session) => {
        await session.send('/flat/1')
        assert.deepEqual({ ...(await session.event()).tags }, { plan: 'pro', seats: '3', trial: 'false' })
      }),
  },
  ...[...MAPPERS.map(({ name }) => name), 'getApiKey' as const, 'getTags' as const].flatMap((name) => [
    survives(name, 'throws', () => {
      throw new Error('mapper')
    }),
    survives(name, 'hangs', () => new Promise(() => {})),
    survives(name, 'rejects', () => Promise.reject(new Error('mapper'))),
    survives(name, 'returns nonsense', () => Symbol('nonsense')),
  ]),
]

function withMapper(
  harness: AdapterHarness,
  name: MapperName,
  mapper: (source: unknown) => unknown,
  header: string,
  check: (event: ApiEvent) => void,
): Promise<void> {
  return withSession(harness, { mounts: [toOptions(name, mapper)] }, async ({ send, event }) => {
    await send('/flat/1', { headers: { 'x-mapped': header } })
    check(await event())
  })
}

function survives(name: MapperName, how: string, mapper: () => unknown): ContractCase {
  return {
    name: `loses only its own value when ${name} ${how}`,
    run: (harness) =>
      withSession(harness, { mounts: [toOptions(name, mapper)] }, async ({ app, send, event }) => {
        const { status, body } = await send('/flat/1')
        const recorded = await event()
        assert.deepEqual([status, body.toString()], [200, 'hello'])
        assert.deepEqual([recorded.route, recorded.status, recorded.userId], ['/flat/:id', 200, null])
        assert.equal(app.analytics[0]?.stats().mapperFaults[name], 1)
      }),
  }
}

/** A boundary cast: that mappers return nonsense is what these cases are about. */
function toOptions(name: MapperName, mapper: (source: unknown) => unknown): Options<unknown> {
  return { [name]: mapper } as Options<unknown>
}
