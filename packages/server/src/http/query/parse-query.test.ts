import { expect, test } from 'vitest'
import { QueryProblem } from '../../query/query-problem.ts'
import { parseQuery, parseQueryText } from './parse-query.ts'

function problemOf(value: unknown): QueryProblem {
  try {
    parseQuery(value)
  } catch (error) {
    if (error instanceof QueryProblem) return error
    throw error
  }
  throw new Error('the query was taken')
}

test('a query with everything in it is taken as it is', () => {
  const query = {
    metrics: ['requests', 'p95'],
    dimensions: ['time:hour', 'tag:plan'],
    range: { from: '2026-01-01', to: 1_767_300_000_000 },
    timeZone: 'Europe/Berlin',
    filter: ['and', [['is', 'status', [200, 404]], ['not', ['matches', 'tag:plan', ['^gold']]], ['gt', 'durationMs', 1.5], ['exists', 'upstreamMs'], ['is', 'country', [null]]]],
    having: ['or', [['gt', 'requests', 10], ['not', ['lt', 'errorRate', 0.1]]]],
    orderBy: [['p95', 'desc']],
    limit: 10,
    compare: 'previous',
    totals: true,
    apdexMs: 250,
  }
  expect(parseQuery(query)).toEqual(query)
  expect(parseQueryText(JSON.stringify(query))).toEqual(query)
})

test.each<[string, unknown, RegExp]>([
  ['/metrics/1', { metrics: ['requests', 'eror'] }, /"eror" is not known here. Did you mean "errors"/],
  ['/metrics/0', { metrics: ['request'] }, /Did you mean "requests"\? Use requests, informational/],
  ['/metrics/0', { metrics: ['p59'] }, /Did you mean "p\d\d"/],
  ['/dimensions/0', { metrics: ['requests'], dimensions: ['contry'] }, /Did you mean "country"\? .*tag: and the name/],
  ['/dimensions/0', { metrics: ['requests'], dimensions: ['time:hours'] }, /Did you mean "time:hour"/],
  ['/filter/1', { metrics: ['requests'], filter: ['is', 'metod', ['GET']] }, /Did you mean "method"/],
  ['/filter/0', { metrics: ['requests'], filter: ['equals', 'method', ['GET']] }, /begins with one of and, or, not/],
  ['/filter/0', { metrics: ['requests'], filter: ['contain', 'method', ['GET']] }, /did you mean "contains"/],
  ['/filter/1/1/1/1', { metrics: ['requests'], filter: ['and', [['exists', 'method'], ['not', ['gt', 'duration', 5]]]] }, /durationMs/],
  ['/filter/2', { metrics: ['requests'], filter: ['is', 'method', 'GET'] }, /array/],
  ['/filter/2/0', { metrics: ['requests'], filter: ['is', 'method', [{ $ne: null }]] }, /got/],
  ['/filter', { metrics: ['requests'], filter: { method: 'GET' } }, /is a list/],
  ['/having/1', { metrics: ['requests'], having: ['gt', 'requets', 1] }, /Did you mean "requests"/],
  ['/range', { metrics: ['requests'], range: '7days' }, /Use 1h, 6h.*"from" and "to"/],
  ['/range', { metrics: ['requests'], range: { from: 1 } }, /"to" is missing/],
  ['', { metrics: ['requests'], group: [] }, /no "group"/],
  ['', {}, /"metrics" is missing/],
  ['', null, /object/],
  ['', 'requests', /object/],
  ['/limit', { metrics: ['requests'], limit: '10' }, /integer/],
  ['/limit', { metrics: ['requests'], limit: 10_001 }, /10000/],
  ['/orderBy/0/1', { metrics: ['requests'], orderBy: [['requests', 'down']] }, /asc, desc/],
])('a mistake at %s of %j is named', (pointer, query, message) => {
  const problem = problemOf(query)
  expect([problem.pointer, problem.message]).toEqual([pointer, expect.stringMatching(message)])
})

test.each([['filter'], ['having']])('a %s of any depth is refused before it costs anything', (name) => {
  let nested: unknown = ['gt', name === 'filter' ? 'status' : 'requests', 1]
  for (let depth = 0; depth < 100_000; depth++) nested = ['not', nested]
  expect(problemOf({ metrics: ['requests'], [name]: nested }).message).toContain('nested deeper than 8')
})

test('members of prototypes are unknown members', () => {
  expect(() => parseQueryText('{"metrics":["requests"],"__proto__":{"limit":1}}')).toThrow('__proto__')
  expect(problemOf({ metrics: ['constructor'] }).pointer).toBe('/metrics/0')
  expect(() => parseQueryText('{')).toThrow('no JSON')
})
