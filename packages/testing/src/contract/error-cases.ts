import assert from 'node:assert/strict'
import type { Capability } from '../adapter-harness.ts'
import type { ContractCase } from '../contract-case.ts'
import { withSession } from '../contract-session.ts'

/** Errors are recorded whoever answers them, and answered as if nobody looked. */
export const errorCases: readonly ContractCase[] = [
  ...[false, true].flatMap((answersErrors) => [
    records(answersErrors, 'an error thrown by a handler', '/throw', { route: '/throw', status: 500, errorClass: 'HandlerError' }),
    records(answersErrors, 'a rejected promise', '/reject', { route: '/reject', status: 500, errorClass: 'HandlerError' }),
    records(
      answersErrors,
      'an error with a status of its own',
      '/unavailable',
      { route: '/unavailable', status: 503, errorClass: 'UnavailableError' },
      ...(answersErrors ? [] : ['errorStatus' as const]),
    ),
    records(answersErrors, 'an error thrown in front of the routes', '/guarded/x', {
      route: null,
      status: 500,
      errorClass: 'GuardError',
    }),
  ]),
  {
    name: 'records a thrown text as an error, whatever is thrown',
    needs: ['throwText'],
    run: (harness) =>
      withSession(harness, { answersErrors: true }, async ({ send, event }) => {
        await send('/throw-text')
        const { route, status, errorClass } = await event()
        assert.deepEqual({ route, status }, { route: '/throw-text', status: 500 })
        assert.equal(typeof errorClass, 'string')
      }),
  },
  {
    name: 'gives errors of one place one fingerprint and others another',
    run: (harness) =>
      withSession(harness, { answersErrors: true }, async ({ send, events }) => {
        for (const path of ['/throw', '/throw', '/reject']) await send(path)
        const [first, second, other] = (await events(3)).map((event) => event.errorFingerprint)
        assert.match(first ?? '', /^[\da-f]{8,16}$/)
        assert.equal(second, first)
        assert.notEqual(other, first)
      }),
  },
  {
    name: 'keeps messages of errors to itself',
    run: (harness) =>
      withSession(harness, { answersErrors: true }, async ({ send, event, receiver }) => {
        await send('/throw')
        assert.equal((await event()).errorMessage, null)
        assert.ok(!receiver.batches.some(({ text }) => text.includes('boom')))
      }),
  },
  {
    name: 'records an answer without an error as one without an error',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        await send('/teapot')
        const { errorClass, errorFingerprint } = await event()
        assert.deepEqual({ errorClass, errorFingerprint }, { errorClass: null, errorFingerprint: null })
      }),
  },
]

interface Recorded {
  readonly route: string | null
  readonly status: number
  readonly errorClass: string
}

function records(answersErrors: boolean, what: string, path: string, expected: Recorded, ...needs: Capability[]): ContractCase {
  const answered = answersErrors ? "the app's own handler" : 'the framework'
  return {
    name: `records ${what}, answered by ${answered}`,
    needs,
    run: (harness) =>
      withSession(harness, { answersErrors }, async ({ send, event }) => {
        const answer = await send(path)
        const { route, status, errorClass, errorFingerprint } = await event()
        assert.deepEqual({ route, status, errorClass }, expected)
        assert.equal(answer.status, expected.status)
        assert.notEqual(errorFingerprint, null)
      }),
  }
}
