import { expect, test } from 'vitest'
import { createLog } from './log.ts'

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = ''
  write(
    createLog(
      'info',
      (line) => (text += line),
      () => 0,
    ),
  )
  return text
}

test('a line is one JSON object with its fields', () => {
  expect(logged((log) => log.warn('full', { bytes: 7 }))).toBe(
    '{"time":"1970-01-01T00:00:00.000Z","level":"warn","message":"full","bytes":7}\n',
  )
})

test('what is less urgent than the level is left out', () => {
  expect(logged((log) => log.debug('detail'))).toBe('')
})

test('text can neither forge a line nor steer a terminal', () => {
  const line = logged((log) => log.info('a\r\n{"level":"error"}\u001b[31m\u009b31m\u2028\u202e\u007f\u0000'))

  expect(line.match(/\n/g)).toHaveLength(1)
  expect(line).toMatch(/^[\x20-\x7e]+\n$/)
  expect(JSON.parse(line)).toMatchObject({ level: 'info' })
})

test('long text is cut, and an error keeps its message and cause', () => {
  const error = new Error('broken', { cause: new Error('disk') })

  expect(logged((log) => log.info('x', { text: 'y'.repeat(1_000_000), error })).length).toBeLessThan(6_000)
  expect(JSON.parse(logged((log) => log.error('x', { error })))).toMatchObject({
    error: { message: 'broken', cause: { message: 'disk' } },
  })
})
