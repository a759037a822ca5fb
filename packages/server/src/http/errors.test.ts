import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { BackPressure } from '../journal/back-pressure.ts'
import { createLog } from '../log/log.ts'
import { StoreBusy } from '../store/store-busy.ts'
import { TooMuch } from '../store/store-query.ts'
import { answerErrors } from './errors.ts'
import { ProblemError } from './problem.ts'

/** An app whose only address fails with an error, and its log. */
function createFailingApp(error: unknown) {
  const log: string[] = []
  const app = Fastify()
  answerErrors(
    app,
    { basePath: '', role: 'all' },
    createLog('debug', (line) => log.push(line)),
    () => undefined,
  )
  app.get('/fails', async () => {
    throw error
  })
  onTestFinished(() => app.close())
  return { log, ask: () => app.inject('/fails?secret=1') }
}

test('a failure of ours is in the log with its cause, and shows nothing of it in the answer', async () => {
  const { log, ask } = createFailingApp(new Error('cannot read /var/lib/wayside/events'))

  const answer = await ask()

  expect(answer.statusCode).toBe(500)
  expect(answer.json()).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'The server failed at this request. Its log says why.',
  })
  expect(log.join('')).toContain('cannot read /var/lib/wayside/events')
  expect(log.join('')).not.toContain('secret')
})

test.each([
  ['a full journal', new BackPressure('the disk is full', 10_000), 10, 15],
  ['a short wait', new BackPressure('the disk is slow', 1), 1, 3],
  ['a busy store', new StoreBusy('8 questions are waiting already'), 5, 5],
])('%s is 503 with the seconds to wait', async (_name, error, least, most) => {
  const answer = await createFailingApp(error).ask()

  const seconds = Number(answer.headers['retry-after'])
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([503, 'application/problem+json; charset=utf-8'])
  expect(seconds).toBeGreaterThanOrEqual(least)
  expect(seconds).toBeLessThanOrEqual(most)
})

test('a question that is too large is 422 with what to narrow', async () => {
  const answer = await createFailingApp(new TooMuch('it took longer than 10000 ms; ask for a shorter range', { pointer: '/range' })).ask()

  expect([answer.statusCode, answer.json()]).toMatchObject([422, { detail: 'This is too much at once: it took longer than 10000 ms; ask for a shorter range.', pointer: '/range' }])
})

test('a problem is answered with its status, its advice and its headers', async () => {
  const answer = await createFailingApp(new ProblemError(415, 'Send JSON.', { 'accept-encoding': 'gzip' })).ask()

  expect([answer.statusCode, answer.headers['accept-encoding'], answer.json()]).toEqual([
    415,
    'gzip',
    { type: 'about:blank', title: 'Unsupported Media Type', status: 415, detail: 'Send JSON.' },
  ])
})
