import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addQuestionOptions, toQuery } from './question-options.ts'

const read = (...words: readonly string[]) => {
  const command = addQuestionOptions(new Command().argument('[METRICS...]'))
  command.parse(words, { from: 'user' })
  return toQuery(command.args, command.opts())
}

test('without words the most asked is counted', () => {
  expect(read()).toEqual({ metrics: ['requests', 'errorRate', 'p95'] })
})

test('every part of a question has its flag', () => {
  const flags = ['--by', 'endpoint, tag:plan', '--by', 'time:day', '--from', '2026-01-01', '--to', '2026-01-31', '--time-zone', 'Europe/Berlin', '--order', 'p99,requests:asc', '--order', 'tag:a:b', '--limit', '5', '--compare', '--totals', '--apdex-ms', '250']
  expect(read('requests', 'p99', ...flags, '--having', '["gt","requests",9]')).toEqual({
    metrics: ['requests', 'p99'],
    dimensions: ['endpoint', 'tag:plan', 'time:day'],
    range: { from: '2026-01-01', to: '2026-01-31' },
    timeZone: 'Europe/Berlin',
    having: ['gt', 'requests', 9],
    orderBy: [['p99', 'desc'], ['requests', 'asc'], ['tag:a:b', 'desc']],
    limit: 5,
    compare: 'previous',
    totals: true,
    apdexMs: 250,
  })
})

test('all conditions and the filter must hold', () => {
  expect(read('--where', 'method=GET')).toMatchObject({ filter: ['is', 'method', ['GET']] })
  expect(read('--range', '7d', '--where', 'method=GET', '--where', 'status>=500', '--filter', '["exists","country"]')).toMatchObject({
    range: '7d',
    filter: ['and', [['is', 'method', ['GET']], ['gte', 'status', 500], ['exists', 'country']]],
  })
})

test.each([
  [['--from', '2026-01-01'], '--from and --to must be given together'],
  [['--from', '1', '--to', '2', '--range', '7d'], '--range must be left out'],
  [['--filter', '[is,method]'], '--filter must be JSON'],
  [['--limit', 'many'], '--limit must be a number, got "many"'],
])('%j is refused with "%s"', (words, message) => {
  expect(() => read(...words)).toThrow(message)
})
