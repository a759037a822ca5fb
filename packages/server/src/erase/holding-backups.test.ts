import { expect, test } from 'vitest'
import { holdingBackups } from './holding-backups.ts'

const backup = (place: string, startedAt: number, madeAt: number) => ({ place, startedAt, madeAt })
const MADE = [backup('/b/late', 400, 500), backup('/b/during', 250, 350), backup('/b/early', 100, 200)]

test('what was removed is in the backups that were begun before it was gone', () => {
  expect(holdingBackups(MADE, { createdAt: 0 }, 300)).toEqual([
    { name: 'during', startedAt: 250, madeAt: 350 },
    { name: 'early', startedAt: 100, madeAt: 200 },
  ])
})

test('as long as it is not gone, the last one may hold it too', () => {
  expect(holdingBackups(MADE, { createdAt: 0 }, null).map(({ name }) => name)).toEqual(['late', 'during', 'early'])
})

test('a backup that was whole before the project was made holds nothing of it', () => {
  expect(holdingBackups(MADE, { createdAt: 300 }, null).map(({ name }) => name)).toEqual(['late', 'during'])
})
