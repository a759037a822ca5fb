import type { AlertRuleInput } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { createAlerts, type StoredRule, type WhichAlerts } from './alerts.ts'
import { createChannels } from './channels.ts'
import { createRegistry } from './create-registry.ts'

const ALL: WhichAlerts = { before: null, rule: null, state: null, limit: 10 }

const INPUT: AlertRuleInput = { name: 'slow', metric: 'p95', filter: null, dimension: 'consumer', windowMinutes: 1, condition: { kind: 'threshold', comparison: 'gt', value: 5 }, consecutive: 1, minRequests: 0, severity: 'mild', suppressMinutes: 10, recoverMinutes: 1, channels: [], enabled: true }
const fired = (value: string, at: number) => ({ kind: 'fired', value, at, observed: 9, bound: 5 }) as const

onEachDatabase((create) => {
  async function open() {
    let time = 1_000
    const database = await (await create()).open()
    const { id } = await createRegistry(database, Buffer.alloc(32, 1)).createProject({ name: 'shop' })
    const channels = createChannels(database, () => time)
    const channel = await channels.create(id, { kind: 'slack', name: 'talk', address: 'https://example.org/' })
    const alerts = createAlerts(database, () => time)
    await alerts.create(id, { ...INPUT, channels: [channel.id] })
    const rule = async (): Promise<StoredRule> => {
      const [first] = await alerts.enabled()
      if (first === undefined) throw new Error('there is no rule')
      return first
    }
    return { alerts, channels, project: id, rule, list: async () => (await alerts.list(id, ALL)).map(({ alert }) => [alert.value, alert.endedAt]), at: (instant: number) => void (time = instant) }
  }

  test('a window counts once: of two that say what it brought, one does', async () => {
    const { alerts, channels, rule, list } = await open()
    const stored = await rule()

    const said = await Promise.all([alerts.advance(stored, 60_000, { state: {}, happenings: [fired('ada', 60_000)], memories: new Map() }), alerts.advance(stored, 60_000, { state: {}, happenings: [fired('ada', 60_000)], memories: new Map() })])

    expect(said.map((each) => each === null).toSorted()).toEqual([false, true])
    expect(await list()).toEqual([['ada', null]])
    expect(await channels.take(10, 1_000)).toHaveLength(1)
    await alerts.advance(await rule(), 120_000, { state: {}, happenings: [{ kind: 'recovered', value: 'ada', at: 120_000, startedAt: 60_000 }], memories: new Map() })
    expect(await list()).toEqual([['ada', 120_000]])
  })

  test('of a rule that was changed or removed, what was evaluated before counts no longer, and what goes on ends', async () => {
    const { alerts, project, rule, list, at } = await open()
    const stored = await rule()
    await alerts.advance(stored, 60_000, { state: {}, happenings: [fired('ada', 60_000)], memories: new Map() })
    at(90_000)
    expect(await alerts.change(project, stored.id, { ...INPUT, name: 'slower' })).toMatchObject({ name: 'slower', firing: 0 })
    expect(await list()).toEqual([['ada', 90_000]])
    expect(await alerts.advance({ ...stored, evaluatedUntil: 60_000 }, 120_000, { state: {}, happenings: [fired('bob', 120_000)], memories: new Map() })).toBeNull()

    const found = async (which: Partial<WhichAlerts>) => (await alerts.list(project, { ...ALL, ...which })).map(({ alert }) => alert.value)
    expect([await found({ rule: stored.id }), await found({ rule: 'another' })]).toEqual([['ada'], []])
    expect([await found({ state: 'ended' }), await found({ state: 'firing' })]).toEqual([['ada'], []])
    expect(await alerts.remove(project, stored.id)).toBe(true)
    expect((await alerts.list(project, ALL)).map(({ alert }) => [alert.rule, alert.ruleName])).toEqual([[null, 'slow']])
  })

  test('a consumer that is to be forgotten is in no alert, no rule and nothing that waits to be told', async () => {
    const { alerts, channels, project, rule, list } = await open()
    await alerts.advance(await rule(), 60_000, { state: { ada: { streak: 1, firing: null, suppressedUntil: 0 } }, happenings: [fired('ada', 60_000), fired('bob', 60_000)], memories: new Map() })

    await alerts.forgetValue(project, 'ada')

    expect([await list(), (await rule()).state, await channels.take(10, 1_000)]).toEqual([[['bob', null]], {}, []])
  })

  test('an address that is to be forgotten is in no words of an alert, and in nothing that was learnt', async () => {
    const { alerts, project, rule, list } = await open()
    const stored = await rule()
    const found = { ...fired('ada', 60_000), finding: 'came from 203.0.113.7, as it did not in 30 days' }
    const memories = new Map([['ada', '{"seen":9,"sources":{"203.0.113.7":1}}'], ['bob', '{"seen":9,"sources":{"203.0.113.70":1}}']])
    await alerts.advance(stored, 60_000, { state: {}, happenings: [found, fired('bob', 60_000)], memories })

    await alerts.forgetValue(project, '203.0.113.7')
    expect(await list()).toEqual([['bob', null]])
    expect([...(await alerts.recall(stored.id, ['ada', 'bob'])).keys()]).toEqual(['bob'])
    await alerts.forgetValue(project, 'bob')
    expect([...(await alerts.recall(stored.id, ['ada', 'bob'])).keys()]).toEqual([])
  })
})
