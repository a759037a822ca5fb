import type { Filter, Query } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { lockQuery } from './lock-query.ts'

const LOCKED: Filter = ['is', 'consumer', ['ada']]
const COUNT: Query = { metrics: ['requests'] }

test('a locked filter stands beside all that is asked, whatever that is', () => {
  const asked: Filter = ['or', [['is', 'country', ['DE']], ['not', ['is', 'country', ['DE']]]]]

  expect(lockQuery(LOCKED, COUNT).filter).toEqual(LOCKED)
  expect(lockQuery(LOCKED, { ...COUNT, filter: asked }).filter).toEqual(['and', [LOCKED, asked]])
  expect(lockQuery(null, { ...COUNT, filter: asked })).toEqual({ ...COUNT, filter: asked })
})

test.each<[string, Partial<Query>]>([
  ['/dimensions/1', { dimensions: ['route', 'consumer'] }],
  ['/dimensions/0', { dimensions: ['tag:plan'] }],
  ['/orderBy/0/0', { orderBy: [['userId', 'asc']] }],
  ['/filter/1', { filter: ['is', 'path', ['/users/42']] }],
  ['/filter/1', { filter: ['exists', 'apiKey'] }],
  ['/filter/1/1/1/1', { filter: ['and', [['is', 'country', ['DE']], ['not', ['is', 'oauthClient', ['shop']]]]] }],
  ['/filter/1/0/1', { filter: ['or', [['exists', 'tag:plan']]] }],
])('what names a caller is refused at %s', (pointer, part) => {
  expect(() => lockQuery(null, { ...COUNT, ...part })).toThrow(expect.objectContaining({ pointer }))
})
