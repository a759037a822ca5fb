import assert from 'node:assert/strict'
import type { ContractCase } from '../contract-case.ts'
import { withSession } from '../contract-session.ts'

/** Methods and statuses that have their own rules. */
export const methodCases: readonly ContractCase[] = [
  {
    name: 'counts HEAD with no response bytes',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        const { status } = await send('/flat/9', { method: 'HEAD' })
        const recorded = await event()
        assert.equal(recorded.method, 'HEAD')
        assert.equal(recorded.status, status)
        assert.equal(recorded.responseBytes, 0)
        assert.equal(recorded.outcome, 'completed')
      }),
  },
  {
    name: 'counts OPTIONS with the status that the app answers',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        const { status, body } = await send('/flat/9', { method: 'OPTIONS' })
        const recorded = await event()
        assert.equal(recorded.method, 'OPTIONS')
        assert.equal(recorded.status, status)
        assert.equal(recorded.responseBytes, body.length)
      }),
  },
  ...(['PUT', 'DELETE'] as const).map(
    (method): ContractCase => ({
      name: `tells ${method} from other methods of the same route`,
      run: (harness) =>
        withSession(harness, {}, async ({ send, event }) => {
          await send('/flat/9', { method })
          const recorded = await event()
          assert.deepEqual([recorded.method, recorded.route], [method, '/flat/:id'])
        }),
    }),
  ),
  ...[
    { path: '/no-content', status: 204 },
    { path: '/not-modified', status: 304 },
  ].map(
    ({ path, status }): ContractCase => ({
      name: `records ${status} with no response bytes`,
      run: (harness) =>
        withSession(harness, {}, async ({ send, event }) => {
          await send(path)
          const recorded = await event()
          assert.deepEqual(
            { route: recorded.route, status: recorded.status, responseBytes: recorded.responseBytes },
            { route: path, status, responseBytes: 0 },
          )
        }),
    }),
  ),
  {
    name: 'records a status that the handler chose',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        await send('/teapot')
        const { status, responseBytes } = await event()
        assert.deepEqual({ status, responseBytes }, { status: 418, responseBytes: 15 })
      }),
  },
]
