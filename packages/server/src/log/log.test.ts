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

test('row 66: text can neither forge a line nor steer a terminal', () => {
  const line = logged((log) => log.info('a\r\n{"level":"error"}\u001b[31m\u009b31m\u2028\u202e\u007f\u0000'))

  expect(line.match(/\n/g)).toHaveLength(1)
  expect(line).toMatch(/^[\x20-\x7e]+\n$/)
  expect(JSON.parse(line)).toMatchObject({ level: 'info' })
})

test('row 66: a line has an end, whatever its fields are, and stays JSON', () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`field ${at}`, 'x'.repeat(500)]))
  const cyclic = new Error('in a circle')
  cyclic.cause = cyclic

  for (const fields of [many, { error: cyclic }, { deep: JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) }, { '\n': '\u001b' }, { big: 1n }]) {
    const line = logged((log) => log.warn('x'.repeat(5_000), fields))
    expect(line.length).toBeLessThan(9_000)
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', message: expect.stringMatching(/^x+…$/) })
    expect(line.match(/\n/g)).toHaveLength(1)
  }
})

test('row 66: a message that is written all the time fills no disk, and the next minute tells how often', () => {
  let ms = 0
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line), () => ms)

  for (let request = 0; request < 1_000; request++) log.warn('took no events')
  log.warn('something else')
  for (let request = 0; request < 100; request++) log.debug('request')
  ms = 60_000
  log.warn('took no events')

  const count = (text: string) => lines.filter((line) => line.includes(text)).length
  expect([count('took no events'), count('something else'), count('request')]).toEqual([61, 1, 100])
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ message: 'took no events', leftOut: 940 })
})

test('long text is cut, and an error keeps its message and cause', () => {
  const error = new Error('broken', { cause: new Error('disk') })

  expect(logged((log) => log.info('x', { text: 'y'.repeat(1_000_000), error })).length).toBeLessThan(6_000)
  expect(JSON.parse(logged((log) => log.error('x', { error })))).toMatchObject({
    error: { message: 'broken', cause: { message: 'disk' } },
  })
})
