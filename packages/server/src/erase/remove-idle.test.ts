import { expect, test } from 'vitest'
import type { OutgoingMail } from '../channels/mailer.ts'
import { createLog } from '../log/log.ts'
import { createAuditLog } from '../people/audit-log.ts'
import { createPeople } from '../people/people.ts'
import { createIdleProjects } from '../registry/idle-projects.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { createMonitors } from '../registry/monitors.ts'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { sampleMonitor } from '../testing/sample-monitor.ts'
import { removeIdle } from './remove-idle.ts'

const DAY_MS = 86_400_000
const LOOKS_A_DAY = 2
const START = Date.UTC(2026, 0, 1)

onEachDatabase((create) => {
  /** A server that is looked after each day. */
  async function setUp({ idleDays = 184, deliver = async () => undefined }: { readonly idleDays?: number | null; readonly deliver?: (mail: OutgoingMail) => Promise<void> } = {}) {
    const database = await (await create()).open()
    const clock = { now: START }
    const now = () => clock.now
    const pepper = Buffer.alloc(32, 1)
    const registry = createRegistry(database, pepper, now)
    const idleProjects = createIdleProjects(database)
    const people = createPeople(database, now)
    const audit = createAuditLog(database, pepper, now)
    const [removed, mails, log]: [[number, number][], OutgoingMail[], string[]] = [[], [], []]
    const send = async (mail: OutgoingMail): Promise<void> => {
      await deliver(mail)
      mails.push(mail)
    }
    const eraseProject = async (projectId: number) => {
      removed.push([projectId, (clock.now - START) / DAY_MS])
      await registry.retireProject(projectId)
      return { events: 0 }
    }
    const mail = { publicUrl: 'https://wayside.test', send }
    return {
      ...{ database, registry, idleProjects, people, audit, clock, removed, mails, log },
      async pass(days: number, eachDay: () => Promise<void> = async () => undefined): Promise<void> {
        for (let day = 0; day < days; day++) {
          clock.now += DAY_MS
          await eachDay()
          for (let look = 0; look < LOOKS_A_DAY; look++)
            await removeIdle({ idleProjects, keepUses: async () => undefined, people, audit, erasure: { eraseProject }, mail, idleDays, now, log: createLog('info', (line) => log.push(line)) })
        }
      },
    }
  }

  test('a project that nobody uses for six months goes after a warning by log and e-mail; those in use stay', async () => {
    const { registry, idleProjects, people, audit, database, clock, removed, mails, log, pass } = await setUp()
    await people.create({ email: 'ada@example.org', role: 'owner', passwordHash: null })
    const member = await people.create({ email: 'ben@example.org', role: 'member', passwordHash: null })
    const [idle, sends, visited, watched] = [await registry.createProject({ name: 'idle' }), await registry.createProject({ name: 'sends' }), await registry.createProject({ name: 'visited' }), await registry.createProject({ name: 'watched' })]
    await people.grant(member?.id ?? 0, sends.id, 'admin')
    const { id: key } = await registry.createKey(sends.id, 'ingest')
    await createMonitors(database, () => clock.now).create(watched.id, sampleMonitor())

    await pass(200, async () => {
      await registry.touchKeys(new Map([[key, clock.now]]))
      await idleProjects.touchProjects(new Map([[visited.id, clock.now]]))
    })

    expect(removed).toEqual([[idle.id, 184]])
    expect(mails).toMatchObject([{ to: 'ada@example.org', subject: 'The project idle will be removed on 2026-07-04', text: expect.stringContaining('https://wayside.test/') }])
    expect(log.filter((line) => line.includes('nobody uses a project'))).toHaveLength(1)
    expect(await audit.list(10, null)).toMatchObject([{ actor: 'server', action: 'project-removed', subject: 'idle: not used since 2026-01-01', projectId: idle.id }])
    expect((await registry.projects()).map(({ name }) => name)).toEqual(['sends', 'visited', 'watched'])
  })

  test('one visit after the warning keeps a project for another six months', async () => {
    const { registry, idleProjects, clock, removed, log, pass } = await setUp()
    const { id } = await registry.createProject({ name: 'idle' })
    await pass(170)
    await idleProjects.touchProjects(new Map([[id, clock.now]]))
    await pass(183)
    expect(removed).toEqual([])
    expect(log.filter((line) => line.includes('nobody uses a project'))).toHaveLength(2)
    await pass(1)
    expect(removed).toEqual([[id, 354]])
  })

  test('nobody was warned as long as no e-mail could be sent, and then there is a month', async () => {
    let isDown = true
    const deliver = async () => {
      if (isDown) throw new Error('no mail server')
    }
    const { registry, people, removed, mails, pass } = await setUp({ deliver })
    await people.create({ email: 'ada@example.org', role: 'owner', passwordHash: null })
    const { id } = await registry.createProject({ name: 'idle' })
    await pass(300)
    expect(removed).toEqual([])
    isDown = false
    await pass(31)
    expect([removed, mails.length]).toEqual([[[id, 331]], 1])
  })

  test('with the setting off nothing is ever removed', async () => {
    const { registry, removed, log, pass } = await setUp({ idleDays: null })
    await registry.createProject({ name: 'idle' })
    await pass(1_000)
    expect([removed, log]).toEqual([[], []])
  })
})
