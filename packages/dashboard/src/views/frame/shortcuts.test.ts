import { expect, test } from 'vitest'
import { toShortcuts } from './shortcuts.ts'

test('no key does two things', () => {
  const keys = toShortcuts(Array.from({ length: 12 }, (_, at) => ({ name: `view-${at}`, title: `View ${at}` }))).map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})
