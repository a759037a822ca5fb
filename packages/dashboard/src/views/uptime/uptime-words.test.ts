import { expect, test } from 'vitest'
import { describeCheck, describeDay, formatUptime, toDayTone, toStateWord } from './uptime-words.ts'

const NOTHING = { upMs: 0, degradedMs: 0, downMs: 0, maintenanceMs: 0 }

test('a pause and maintenance come before what the last check found', () => {
  const state = { paused: false, inMaintenance: false, state: 'down' } as const
  expect([toStateWord(state), toStateWord({ ...state, inMaintenance: true }), toStateWord({ ...state, paused: true }), toStateWord({ ...state, state: null })].map(({ word }) => word)).toEqual(['Down', 'Maintenance', 'Paused', 'Not checked yet'])
})

test('uptime is cut and not rounded', () => {
  expect([formatUptime(1), formatUptime(0.999999), formatUptime(0.9995), formatUptime(0), formatUptime(null)]).toEqual(['100.00%', '99.99%', '99.95%', '0.00%', '–'])
})

test('a day has the tone of its worst, but for a slip', () => {
  expect([{ upMs: 1 }, { upMs: 1, downMs: 60_000 }, { upMs: 1, downMs: 60_001 }, { degradedMs: 60_001 }, {}, { maintenanceMs: 1 }].map((day) => toDayTone({ ...NOTHING, ...day }))).toEqual(['up', 'degraded', 'down', 'degraded', 'none', 'none'])
  expect(describeDay({ ...NOTHING, upMs: 900_000, downMs: 100_000 })).toBe('90.00% up, down for 1.67 min')
  expect([describeDay(NOTHING), describeDay({ ...NOTHING, maintenanceMs: 1 })]).toEqual(['not checked', 'maintenance'])
})

test('a check is told in one line', () => {
  expect(describeCheck({ state: 'up', reason: null, status: 200, totalUs: 120_000 })).toBe('Up, status 200 after 120 ms')
  expect(describeCheck({ state: 'down', reason: 'the connection was refused', status: null, totalUs: 900 })).toBe('Down, because the connection was refused')
})
