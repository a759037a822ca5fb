import { expect, test } from 'vitest'
import type { Project } from '../registry/registry.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import type { ListQuery } from '../store/store.ts'
import { endLists } from './end-lists.ts'

const DAY_MS = 86_400_000
const NOW = 100 * DAY_MS + 3_600_000
const project = (id: number, eventDays: number | null): Project => ({ id, publicId: `p${id}`, name: `n${id}`, privacyFloor: 0, timeZone: 'UTC', eventDays, rollupDays: null, createdAt: 0 })
const query = (projectId: number, filters: ListQuery['filters'] = {}): ListQuery => ({ projectId, filters, order: 'oldest', limit: 10, after: null, offset: 0 })

function setUp() {
  const asked: (number | undefined)[] = []
  let [now, days, lookups] = [NOW, 30, 0]
  const store = { ...createMemoryStore(), list: async ({ filters }: ListQuery) => (asked.push(filters.from), []) }
  const registry = { projects: async () => (lookups++, [project(1, days), project(2, null)]) }
  return {
    store: endLists(store, registry, () => now),
    asked,
    lookups: () => lookups,
    change: (to: number) => void (days = to),
    pass: (ms: number) => void (now += ms),
  }
}

test('lists begin with the days that a project lists requests of, and others where they did', async () => {
  const { store, asked, lookups } = setUp()

  for (const each of [query(1), query(1, { from: 5 }), query(1, { from: NOW - DAY_MS }), query(2), query(2, { from: 5 }), query(3)]) await store.list(each)

  expect(asked).toEqual([70 * DAY_MS, 70 * DAY_MS, NOW - DAY_MS, undefined, 5, undefined])
  expect(lookups()).toBe(1)
})

test('a change of the days holds within 10 seconds', async () => {
  const { store, asked, change, pass } = setUp()
  await store.list(query(1))
  change(1)
  await store.list(query(1))
  pass(10_000)
  await store.list(query(1))

  expect(asked).toEqual([70 * DAY_MS, 70 * DAY_MS, 99 * DAY_MS])
})
