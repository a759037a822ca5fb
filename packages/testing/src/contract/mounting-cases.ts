import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import type { ContractCase } from '../contract-case.ts'
import type { AdapterHarness } from '../adapter-harness.ts'
import { TEST_KEY, withSession, type MountSetup } from '../contract-session.ts'
import { send } from '../loopback-client.ts'

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
      const bare = await countResources(harness, [])
      const disabled = await countResources(harness, [{ enabled: false }])
      assert.deepEqual(disabled, bare)
    },
  },
]

/** How many timers and sockets the app makes from its start to its end, for one request. */
async function countResources(harness: AdapterHarness, mounts: readonly MountSetup[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = { Timeout: 0, TCPWRAP: 0, TCPCONNECTWRAP: 0, received: 0 }
  const count = (type: string) => {
    if (type in counts) counts[type] = (counts[type] ?? 0) + 1
  }
  await withSession(harness, { mounts }, async ({ app, receiver }) => {
    // A first request lets lazy parts of the framework settle, so that the second shows what each request costs.
    await send(app.port, '/flat/1')
    const hook = createHook({ init: (_id, type) => count(type) }).enable()
    await send(app.port, '/flat/2')
    hook.disable()
    counts['received'] = receiver.connections
  })
  return counts
}
