import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import type { ContractCase } from '../contract-case.ts'
import type { AdapterHarness } from '../adapter-harness.ts'
import { TEST_KEY, withSession, type MountSetup } from '../contract-session.ts'

/** Several apps, several mounts, none. */
export const mountingCases: readonly ContractCase[] = [
  {
    name: 'names its framework, its package and the deployment in its batches',
    run: (harness) =>
      withSession(
        harness,
        { mounts: [{ environment: 'test', service: 'shop', serviceVersion: '1.2.3' }] },
        async ({ send, event, receiver }) => {
          await send('/flat/1')
          await event()
          const [received] = receiver.batches
          assert.ok(received)
          const { framework, sdk, environment, service, serviceVersion } = received.batch.head
          assert.deepEqual(
            { framework, environment, service, serviceVersion },
            { framework: harness.framework, environment: 'test', service: 'shop', serviceVersion: '1.2.3' },
          )
          assert.match(sdk, /^@wayside\/[a-z]+\/\d+\.\d+\.\d+/)
          assert.equal(received.headers.authorization, `Bearer ${TEST_KEY}`)
        },
      ),
  },
  {
    name: 'keeps two apps of one process apart',
    run: (harness) =>
      withSession(harness, { mounts: [{ apiKey: 'key-one' }] }, (one) =>
        withSession(harness, { mounts: [{ apiKey: 'key-two' }] }, async (two) => {
          await Promise.all([one.send('/flat/one'), two.send('/v1/users/two'), one.send('/flat/one')])
          const [first, second] = await Promise.all([one.events(2), two.events(1)])
          assert.deepEqual([...first, ...second].map((event) => event.path), ['/flat/one', '/flat/one', '/v1/users/two'])
          assert.equal(one.receiver.batches[0]?.headers.authorization, 'Bearer key-one')
          assert.equal(two.receiver.batches[0]?.headers.authorization, 'Bearer key-two')
        }),
      ),
  },
  {
    name: 'goes on observing one app after another has closed',
    run: async (harness) => {
      await withSession(harness, {}, async (survivor) => {
        await withSession(harness, { mounts: [{ apiKey: 'short-lived' }] }, async (other) => {
          await other.send('/v1/users/1')
          await other.event()
        })
        await survivor.send('/v1/users/2')
        assert.equal((await survivor.event()).route, '/v1/users/:id')
      })
    },
  },
  {
    name: 'counts once when it is mounted twice with one key',
    needs: ['doubleMount'],
    run: (harness) =>
      withSession(harness, { mounts: [{}, {}] }, async ({ send, event }) => {
        await send('/v1/users/7')
        assert.equal((await event()).route, '/v1/users/:id')
      }),
  },
  {
    name: 'counts for each key when it is mounted with two',
    needs: ['doubleMount'],
    run: (harness) =>
      withSession(harness, { mounts: [{ apiKey: 'key-one' }, { apiKey: 'key-two' }] }, async ({ send, events, receiver }) => {
        await send('/v1/users/7')
        const routes = (await events(2)).map((event) => event.route)
        assert.deepEqual(routes, ['/v1/users/:id', '/v1/users/:id'])
        const keys = receiver.batches.map(({ headers }) => headers.authorization).toSorted()
        assert.deepEqual(keys, ['Bearer key-one', 'Bearer key-two'])
      }),
  },
  {
    name: 'ignores the paths that it is told to, and the others not',
    run: (harness) =>
      withSession(harness, { mounts: [{ ignore: ['/flat/*', () => false] }] }, async ({ send, event }) => {
        await send('/flat/1')
        await send('/v1/users/7')
        assert.equal((await event()).route, '/v1/users/:id')
      }),
  },
  {
    name: 'ignores what a function says, and survives one that throws',
    run: (harness) =>
      withSession(
        harness,
        {
          mounts: [
            {
              ignore: [
                (source) => {
                  if (harness.header(source, 'x-fault') !== undefined) throw new Error('ignore')
                  return harness.header(source, 'x-probe') !== undefined
                },
              ],
            },
          ],
        },
        async ({ send, event }) => {
          await send('/flat/1', { headers: { 'x-probe': '1' } })
          const { status } = await send('/flat/2', { headers: { 'x-fault': '1' } })
          assert.equal(status, 200)
          assert.equal((await event()).path, '/flat/2')
        },
      ),
  },
  {
    name: 'records nothing, opens no socket and sets no timer when it is disabled',
    run: async (harness) => {
      assert.deepEqual(await ownResources(harness, { enabled: false }), [])
      // The same look at an enabled one finds something, or this case would prove nothing.
      assert.ok((await ownResources(harness, {})).length > 0)
    },
  },
]

/** Kinds of the timers and sockets that our packages make from the app's start to its end. */
async function ownResources(harness: AdapterHarness, mount: MountSetup): Promise<readonly string[]> {
  const kinds: string[] = []
  const hook = createHook({
    init: (_id, type) => {
      if (WATCHED.has(type) && isOwn(new Error('stack').stack ?? '')) kinds.push(type)
    },
  }).enable()
  try {
    await withSession(harness, { mounts: [mount] }, async ({ send, receiver, app }) => {
      for (let at = 0; at < 5; at++) await send(`/flat/${at}`)
      await app.analytics[0]?.flush()
      if (mount.enabled === false) assert.deepEqual([receiver.connections, app.analytics[0]?.stats().captured], [0, 0])
    })
  } finally {
    hook.disable()
  }
  return kinds
}

const WATCHED = new Set(['Timeout', 'Immediate', 'TCPWRAP', 'TCPCONNECTWRAP'])

/** Whether the innermost code outside of Node and of this file is one of our packages. */
function isOwn(stack: string): boolean {
  const frames = stack.split('\n').slice(1).filter((frame) => !frame.includes('node:') && !frame.includes('AsyncHook'))
  const caller = frames[1] ?? ''
  return /[/\\](@wayside|packages)[/\\](core|express|fastify|koa|nestjs)[/\\](src|dist)[/\\]/.test(caller)
}
