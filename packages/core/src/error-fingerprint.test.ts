import { expect, test } from 'vitest'
import { createErrorDescriber } from './error-fingerprint.ts'

const STACK = `TypeError: no user 7
    at loadUser (ROOT/src/users.ts:12:9)
    at async Router.handle [as handle_request] (ROOT/node_modules/router/index.js:300:5)
    at ROOT/src/app.ts:40:3
    at new Promise (<anonymous>)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`

test('an error is its class, its message and its frames', () => {
  expect(describeError(errorAt('/srv/app'), '/srv/app')).toEqual({
    errorClass: 'TypeError',
    message: 'no user 7',
    fingerprint: expect.stringMatching(/^[\da-f]{16}$/),
    frames: [
      'loadUser (src/users.ts:12:9)',
      'Router.handle (node_modules/router/index.js:300:5)',
      'src/app.ts:40:3',
      'process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
    ],
  })
})

test('the fingerprint is the same in another folder, as an ESM URL, and after an edit above', () => {
  const here = describeError(errorAt('/srv/app'), '/srv/app').fingerprint
  expect(describeError(errorAt('/home/ci/releases/42'), '/home/ci/releases/42').fingerprint).toBe(here)
  expect(describeError(errorAt('file:///srv/app'), '/srv/app').fingerprint).toBe(here)
  expect(describeError(errorAt('/srv/app', (stack) => stack.replace('12:9', '15:9')), '/srv/app').fingerprint).toBe(here)
})

test('another class or another place is another fingerprint', () => {
  const here = describeError(errorAt('/srv/app'), '/srv/app').fingerprint
  const renamed = errorAt('/srv/app')
  renamed.name = 'RangeError'
  expect(describeError(renamed, '/srv/app').fingerprint).not.toBe(here)
  expect(describeError(errorAt('/srv/app', (stack) => stack.replace('loadUser', 'loadTeam')), '/srv/app').fingerprint).not.toBe(here)
})

test('a subclass that sets no name has the name of its constructor', () => {
  class NotFound extends Error {}
  expect(describeError(new NotFound('x'), '/').errorClass).toBe('NotFound')
})

test.each([
  ['a text', 'string', 'a text'],
  [undefined, 'undefined', null],
  [null, 'object', null],
  [{ message: 'plain' }, 'Object', 'plain'],
  [Object.create(null), 'Object', null],
])('anything can be thrown: %j', (thrown, errorClass, message) => {
  expect(describeError(thrown, '/')).toMatchObject({ errorClass, message, frames: [] })
})

test('a proxy that throws on every access does no harm', () => {
  const trap = () => { throw new Error('trap') }
  expect(describeError(new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap }), '/').frames).toEqual([])
})

test('a stack and its frames are bounded', () => {
  const error = new Error('x')
  error.stack = `Error: ${'m'.repeat(10_000)}\n${`    at ${'f'.repeat(2_000)} (/a.js:1:2)\n    at g (/a.js:1:2)\n`.repeat(10_000)}`
  const { frames } = describeError(error, '/')
  expect(frames.length).toBeLessThanOrEqual(20)
  expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThanOrEqual(256)
})

function errorAt(root: string, edit: (stack: string) => string = (stack) => stack): Error {
  const error = new TypeError('no user 7')
  error.stack = edit(STACK.replaceAll('ROOT', root))
  return error
}

test('a message of many lines that looks like a stack does not change the place', () => {
  const plain = new Error('x')
  const noisy = new Error('x\n    at evil (/evil.js:1:2)')
  noisy.stack = plain.stack?.replace('Error: x', `Error: ${noisy.message}`) ?? ''
  expect(describeError(noisy, '/').fingerprint).toBe(describeError(plain, '/').fingerprint)
})

test('errors of one place with many messages cost little each', () => {
  const describe = createErrorDescriber('/srv/app')
  const errors = Array.from({ length: 2_000 }, (_, at) => errorAt('/srv/app', (stack) => stack.replace('user 7', `user ${at}`)))
  const startMs = performance.now()
  for (const error of errors) describe(error)
  expect((performance.now() - startMs) / errors.length).toBeLessThan(0.2)
})

function describeError(thrown: unknown, workingDirectory: string) {
  return createErrorDescriber(workingDirectory)(thrown)
}
