import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import { ALL_STORED, createJournals, type Journals } from '../registry/journals.ts'
import { StoreBusy } from '../store/store-busy.ts'
import { shareProgress } from './share-progress.ts'

async function openJournals(): Promise<Journals> {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-progress-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const database = await openSqliteDatabase(join(folder, 'registry.sqlite'))
  onTestFinished(() => database.close())
  return createJournals(database)
}

async function share(journals: Journals, owner: string | null, completeUntil: () => number, now = () => 9_000) {
  if (owner !== null) await journals.number(owner)
  const warnings: string[] = []
  const own = owner === null ? null : { owner, completeUntil }
  const progress = await shareProgress({ journals, own, now, warn: (message) => warnings.push(message), everyMs: 20, deadlineMs: 200 })
  onTestFinished(() => progress.close())
  return { progress, warnings }
}

test('what is said to be complete waits for the server that is furthest behind, and goes on with it', async () => {
  const journals = await openJournals()
  let behind = 1_000
  await share(journals, 'behind', () => behind)
  const { progress: ahead } = await share(journals, 'ahead', () => 5_000)
  const { progress: asking } = await share(journals, null, () => 0)

  expect([ahead.completeUntil(), asking.completeUntil()]).toEqual([1_000, 1_000])
  behind = 8_000
  await vi.waitFor(() => expect([ahead.completeUntil(), asking.completeUntil()]).toEqual([5_000, 5_000]), { timeout: 20_000 })
})

test('where nobody else takes events, all is complete until now', async () => {
  const journals = await openJournals()
  const { progress } = await share(journals, null, () => 0)

  await progress.caughtUp()

  expect(progress.completeUntil()).toBe(9_000)
})

test('waits for what others have acknowledged, and says so where that does not come', async () => {
  const journals = await openJournals()
  let behind = 1_000
  const { progress: other } = await share(journals, 'behind', () => behind)
  const { progress } = await share(journals, 'ahead', () => 9_000)

  await expect(progress.caughtUp()).rejects.toThrow(StoreBusy)
  behind = 9_000
  // The other one tells it before it ends.
  await vi.waitFor(() => progress.caughtUp(), { timeout: 20_000 })
  expect(other.completeUntil()).toBe(9_000)
})

test('a database that is away leaves what was known, and is told once', async () => {
  const journals = await openJournals()
  await journals.number('other')
  await journals.tell('other', 3_000)
  let isAway = false
  let asked = 0
  const failing: Journals = {
    ...journals,
    async completeUntil(...question) {
      asked++
      if (isAway) throw new Error('away')
      return await journals.completeUntil(...question)
    },
  }
  const { progress, warnings } = await share(failing, null, () => 0)

  isAway = true
  const from = asked
  await vi.waitFor(() => expect(asked).toBeGreaterThan(from + 2), { timeout: 20_000 })

  expect([progress.completeUntil(), warnings.length]).toEqual([3_000, 1])
})

test('names a server that ended with events in its journal', async () => {
  const journals = await openJournals()
  const gone: Journals = { ...journals, silent: async () => [{ owner: 'abc', seenAt: 0 }] }
  await journals.tell('done', ALL_STORED)
  const { progress } = await share(gone, null, () => 0)

  expect(progress.alarms()).toEqual([expect.stringContaining('abc was last heard of at 1970-01-01T00:00:00.000Z')])
})
