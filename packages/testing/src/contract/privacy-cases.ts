import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import type { Options } from '@wayside/core'
import type { ContractCase } from '../contract-case.ts'
import { withSession, type Session } from '../contract-session.ts'

const FORWARDED = { 'x-forwarded-for': '198.51.100.77, 203.0.113.9' }

/** What of a client's address leaves the process. */
export const privacyCases: readonly ContractCase[] = [
  recordsIp('the socket IP at level 0', {}, '127.0.0.1'),
  recordsIp('the network only at level 1', { privacyLevel: 1 }, '127.0.0.0/24'),
  recordsIp('no IP at level 2', { privacyLevel: 2 }, null),
  recordsIp('the forwarded IP of a trusted proxy', { trustProxy: ['127.0.0.1'] }, '203.0.113.9'),
  recordsIp('the forwarded IP behind two proxies', { trustProxy: 2 }, '198.51.100.77'),
  recordsIp('the network of a forwarded IP at level 1', { trustProxy: 1, privacyLevel: 1 }, '203.0.113.0/24'),
  {
    name: 'sends no whole IP at level 1, not even as a mapper gave it',
    run: (harness) =>
      withSession(harness, { mounts: [{ privacyLevel: 1, getIpAddress: () => '203.0.113.250' }] }, async (session) => {
        await session.send('/flat/1')
        assert.equal((await session.event()).ip, '203.0.113.0/24')
        assert.ok(!session.receiver.batches.some(({ text }) => text.includes('203.0.113.250')))
      }),
  },
  {
    name: 'records an exchange at level 2 though reading its remote address throws',
    run: (harness) =>
      withSession(harness, { mounts: [{ privacyLevel: 2 }] }, async (session) => {
        guardRemoteAddress(session)
        const { status } = await session.send('/v1/users/7')
        const event = await session.event()
        // Not 200 everywhere: Nest on Fastify reads the address by itself, and answers 500.
        assert.deepEqual([event.route, event.ip, event.status], ['/v1/users/:id', null, status])
      }),
  },
  {
    name: 'never asks for the IP at level 2',
    run: async (harness) => {
      let asked = 0
      const getIpAddress = () => {
        asked++
        return '203.0.113.1'
      }
      await withSession(harness, { mounts: [{ privacyLevel: 2, getIpAddress }] }, async (session) => {
        await session.send('/flat/1')
        assert.equal((await session.event()).ip, null)
      })
      assert.equal(asked, 0)
    },
  },
]

function recordsIp(what: string, options: Options<unknown>, ip: string | null): ContractCase {
  return {
    name: `records ${what}`,
    run: (harness) =>
      withSession(harness, { mounts: [options] }, async ({ send, event, receiver }) => {
        await send('/flat/1', { headers: FORWARDED })
        assert.equal((await event()).ip, ip)
        assert.equal(receiver.batches[0]?.batch.head.privacyLevel, options.privacyLevel ?? 0)
      }),
  }
}

function guardRemoteAddress({ app }: Session): void {
  app.server.on('connection', (socket: Socket) => {
    Object.defineProperty(socket, 'remoteAddress', {
      get: () => {
        throw new Error('remoteAddress was read')
      },
    })
  })
}
