import { expect, onTestFinished, test } from 'vitest'
import { createIdleProjects } from '../registry/idle-projects.ts'
import { openTables } from '../registry/open-registry.ts'
import { openAsOwner } from '../testing/browser.ts'
import { startTestServer } from '../testing/start-test-server.ts'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 0, 1)

test('who sees a project is told when it goes as nobody uses it, and keeps it by looking at it', async () => {
  const clock = { now: START }
  const server = await startTestServer({ now: () => clock.now })
  const owner = await openAsOwner(server)
  const { id } = (await owner.call('POST', '/api/v1/projects', { name: 'shop' })).body
  const { database } = await openTables({ data: server.dataDir })
  onTestFinished(() => database.close())
  const idleProjects = createIdleProjects(database)
  const projectId = (await idleProjects.list())[0]?.projectId ?? 0
  const removedAt = START + 184 * DAY_MS
  const told = async () => [(await owner.call('GET', '/api/v1/projects')).body['projects'], (await owner.call('GET', '/api/v1/me')).body['projects']]
  expect(await told()).toMatchObject([[{ id, usedAt: START, removedAt: null }], [{ id, removedAt: null }]])

  await idleProjects.setWarning(projectId, { at: START + 154 * DAY_MS, seenOn: 0, daysSeen: 0 })
  expect(await told()).toMatchObject([[{ id, usedAt: START, removedAt }], [{ id, removedAt }]])

  // Within the session, which ends after eight hours.
  clock.now = START + 3_600_000
  await owner.call('GET', '/api/v1/overview')
  await server.stop()
  expect((await idleProjects.list())[0]?.usedAt).toBe(clock.now)
})
