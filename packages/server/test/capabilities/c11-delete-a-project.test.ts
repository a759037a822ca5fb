import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportJob, ExportLink, ExportsList } from '@wayside/protocol'
import { expect, test, vi } from 'vitest'
import { createIdleProjects } from '../../src/registry/idle-projects.ts'
import { openTables } from '../../src/registry/open-registry.ts'
import { sampleBatch } from '../../src/testing/sample-batch.ts'
import { sampleEvent } from '../../src/testing/sample.ts'
import { startTestServer } from '../../src/testing/start-test-server.ts'
import { scanFiles, scanTables } from '../scan-data-folder.ts'

const DAY_MS = 86_400_000
const [GONE, KEPT] = ['planted-user-eve-5d1a', 'planted-user-bob-91d2']

test('C11: a project that is deleted by its key is in no table, file or export afterwards, and its keys and links open nothing', async () => {
  const server = await startTestServer()
  const [key, other] = [await server.key('combined'), await server.key('combined', 'other')]
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  await server.deliver(sampleBatch([sampleEvent({ time: Date.now() - 60_000, userId: GONE, path: `/${GONE}`, tags: { who: GONE } })]), key)
  await server.deliver(sampleBatch([sampleEvent({ time: Date.now() - 60_000, userId: KEPT })]), other)
  const job = (await (await server.post('/api/v1/exports', JSON.stringify({ format: 'csv', requests: { filter: ['is', 'userId', [GONE]] } }), headers)).json()) as ExportJob
  await vi.waitFor(async () => expect(((await (await server.get('/api/v1/exports', key)).json()) as ExportsList).exports[0]?.state).toBe('done'), { timeout: 30_000, interval: 100 })
  const link = (await (await server.post('/api/v1/exports/link', JSON.stringify({ id: job.id }), headers)).json()) as ExportLink
  expect(scanFiles(join(server.dataDir, 'exports'), [GONE]).map(({ text }) => text)).toEqual([GONE])

  const deleted = await server.post('/api/delete', '', { 'x-auth-token': key })

  expect(deleted.status).toBe(200)
  expect([(await server.get('/api/v1/requests', key)).status, (await server.get('/api/v1/exports', key)).status, (await fetch(`${server.url}${link.url}`)).status]).toEqual([401, 401, 404])
  expect(readdirSync(join(server.dataDir, 'exports'))).toEqual(['folder-name'])
  await server.stop()
  const found = await scanTables(server.dataDir, [GONE, KEPT])
  expect(found.filter(({ text }) => text === GONE)).toEqual([])
  expect(found.filter(({ text }) => text === KEPT).length).toBeGreaterThan(0)
}, 60_000)

test('C11: of two projects the one that nobody has used for six months is removed with all its data once its warning is a month old', async () => {
  const [start, end] = [Date.now() - 200 * DAY_MS, Date.now()]
  const before = await startTestServer({ now: () => start })
  const [gone, kept] = [await before.key('combined', 'gone'), await before.key('combined', 'kept')]
  await before.deliver(sampleBatch([sampleEvent({ time: start - 60_000, userId: GONE })]), gone)
  await before.deliver(sampleBatch([sampleEvent({ time: start - 60_000, userId: KEPT })]), kept)
  await before.stop()
  const { database } = await openTables({ data: before.dataDir })
  const idleProjects = createIdleProjects(database)
  // The keys of this test were made now, and both projects with them.
  await database.query('UPDATE projects SET created_at = $1', [start])
  for (const { projectId } of await idleProjects.list()) await idleProjects.setWarning(projectId, { at: end - 31 * DAY_MS, seenOn: Math.floor(end / DAY_MS), daysSeen: 30 })
  await idleProjects.touchProjects(new Map((await idleProjects.list()).flatMap(({ projectId, name }) => (name === 'kept' ? [[projectId, end - DAY_MS]] : []))))
  await database.close()

  const server = await startTestServer({ data: before.dataDir, now: () => end })
  await vi.waitFor(async () => expect((await server.get('/api/v1/project', gone)).status).toBe(401), { timeout: 30_000, interval: 100 })
  await vi.waitFor(() => expect(server.log.join('\n')).toContain('removed a project and its data'), { timeout: 30_000, interval: 100 })

  expect((await server.get('/api/v1/project', kept)).status).toBe(200)
  await server.stop()
  const found = await scanTables(server.dataDir, [GONE, KEPT])
  expect(found.filter(({ text }) => text === GONE)).toEqual([])
  expect(found.filter(({ text }) => text === KEPT).length).toBeGreaterThan(0)
}, 60_000)
