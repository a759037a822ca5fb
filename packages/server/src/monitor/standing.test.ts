import { MONITOR_STATES, type MonitorState } from '@wayside/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_STANDING, type Standing } from './monitor.ts'
import { isUndecided, toStanding, type IncidentChange } from './standing.ts'

/** Takes a monitor through checks, one a minute; `m` stands for a failure during maintenance. */
function follow(letters: string, rules = { failuresToOpen: 2, successesToClose: 2 }) {
  let standing: Standing = NO_STANDING
  const changes: (IncidentChange & { readonly at: number })[] = []
  for (const [at, letter] of [...letters].entries()) {
    const state: MonitorState = letter === 'u' ? 'up' : letter === 'g' ? 'degraded' : 'down'
    const next = toStanding(standing, { state, reason: null, at }, rules, letter === 'm')
    if (next.change !== null) changes.push({ ...next.change, at })
    standing = { ...next.standing, incidentId: next.change === null ? standing.incidentId : next.change.kind === 'open' ? 1 : null }
  }
  return { standing, changes }
}

test('an incident opens after so many failures, since the first of them, and closes after so many successes', () => {
  expect(follow('uudduu').changes).toEqual([
    { kind: 'open', since: 2, at: 3 },
    { kind: 'close', since: 4, at: 5 },
  ])
  expect(follow('dgdudduduu').changes).toEqual([
    { kind: 'open', since: 4, at: 5 },
    { kind: 'close', since: 8, at: 9 },
  ])
  expect(follow('du', { failuresToOpen: 1, successesToClose: 1 }).changes.map(({ kind }) => kind)).toEqual(['open', 'close'])
})

test('a degraded answer is a success', () => {
  expect(follow('ddgg').changes.map(({ kind }) => kind)).toEqual(['open', 'close'])
})

test('maintenance opens nothing and interrupts the row', () => {
  expect(follow('mmmm').changes).toEqual([])
  expect(follow('dmd').changes).toEqual([])
  expect(follow('ddmumu').changes.map(({ kind }) => kind)).toEqual(['open'])
})

test('the next check is urgent while it may decide', () => {
  expect(['u', 'd', 'dd', 'ddu', 'dduu', 'm'].map((letters) => isUndecided(follow(letters).standing))).toEqual([false, true, false, true, false, false])
})

test('an incident is open exactly while the last row of so many spoke for it', () => {
  const rules = fc.record({ failuresToOpen: fc.integer({ min: 1, max: 4 }), successesToClose: fc.integer({ min: 1, max: 4 }) })
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...MONITOR_STATES), { maxLength: 40 }), rules, (states, given) => {
      const letters = states.map((state) => ({ up: 'u', degraded: 'g', down: 'd' })[state]).join('')
      // By words: what the last row that was long enough for either says.
      const rows = letters.replaceAll('g', 'u').match(/u+|d+/g) ?? []
      let isOpen = false
      for (const row of rows) if (row.startsWith('d') ? row.length >= given.failuresToOpen : row.length >= given.successesToClose) isOpen = row.startsWith('d')
      expect(follow(letters, given).standing.incidentId !== null).toBe(isOpen)
    }),
  )
})
