import { expect, test } from 'vitest'
import { askOverview } from './overview/ask-overview.ts'
import { parseScope } from '../state/scope.ts'
import { toSharedQuestion } from './to-shared-question.ts'

test('behind a shared link the overview asks for figures alone, and for nothing that names a caller', () => {
  const params = new URLSearchParams()
  const { queries, extras } = toSharedQuestion(askOverview({ name: '', params, scope: parseScope(params, 'UTC') }))
  expect(Object.keys(queries)).toEqual(['totals', 'series', 'endpoints', 'countries', 'clients', 'versions'])
  expect(extras).toEqual({})
})
