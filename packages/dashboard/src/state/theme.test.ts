import { expect, test } from 'vitest'
import { createFakeStorage } from '../../test/fake-window.ts'
import { createThemeChoice } from './theme.ts'

function createSystem(matches: boolean) {
  let listener = () => {}
  return {
    matches,
    addEventListener: (_type: 'change', next: () => void) => void (listener = next),
    switch() {
      this.matches = !this.matches
      listener()
    },
  }
}

test('the page follows the system', () => {
  const prefersDark = createSystem(false)
  const theme = createThemeChoice({ prefersDark, storage: null })
  expect(theme.value.value).toBe('light')
  prefersDark.switch()
  expect(theme.value.value).toBe('dark')
  expect(theme.override.value).toBeNull()
})

test('a choice against the system is kept', () => {
  const storage = createFakeStorage()
  createThemeChoice({ prefersDark: createSystem(false), storage }).toggle()
  const next = createThemeChoice({ prefersDark: createSystem(false), storage })
  expect(next.override.value).toBe('dark')
})

test('choosing what the system has follows it again', () => {
  const storage = createFakeStorage()
  const theme = createThemeChoice({ prefersDark: createSystem(false), storage })
  theme.toggle()
  theme.toggle()
  expect(theme.override.value).toBeNull()
  expect(storage.map.size).toBe(0)
})

test('nonsense in the storage counts as no choice', () => {
  const storage = createFakeStorage({ 'wayside.theme': 'blue' })
  expect(createThemeChoice({ prefersDark: createSystem(true), storage }).value.value).toBe('dark')
})
