import { expect, test } from 'vitest'
import { nameTarget, toTarget } from './erase-target.ts'

test.each([
  [{ userId: 'u-1' }, { consumer: { kind: 'user', consumer: 'u-1' } }, 'all that names the user id "u-1"'],
  [{ apiKey: 'h' }, { consumer: { kind: 'api_key', consumer: 'h' } }, 'all that names the API key "h"'],
  [{ oauthClient: 'app' }, { consumer: { kind: 'oauth_client', consumer: 'app' } }, 'all that names the OAuth client "app"'],
  [{ ip: '203.0.113.7' }, { consumer: { kind: 'ip', consumer: '203.0.113.7' } }, 'all that names the address "203.0.113.7"'],
  [{ from: '2026-01-01', to: '2026-01-31' }, { days: { from: '2026-01-01', to: '2026-01-31' } }, 'all events from 2026-01-01 to 2026-01-31'],
  [{ from: '2026-01-01' }, { days: { from: '2026-01-01' } }, 'all events from 2026-01-01 on'],
  [{ to: '2026-01-31' }, { days: { to: '2026-01-31' } }, 'all events up to 2026-01-31'],
  [{ all: true }, { days: {} }, 'all events'],
])('%j is %j', (flags, target, words) => {
  expect(toTarget(flags)).toEqual(target)
  expect(nameTarget(toTarget(flags))).toBe(words)
})

test.each([
  [{}, 'say what is to be removed: one of --user-id'],
  [{ userId: 'u-1', ip: '203.0.113.7' }, 'say what is to be removed: one of'],
  [{ userId: 'u-1', from: '2026-01-01' }, 'say what is to be removed: one of'],
  [{ all: true, to: '2026-01-01' }, 'say what is to be removed: one of'],
  [{ userId: '' }, 'what names a consumer must not be empty'],
  [{ from: '2026-02-30' }, '--from must be a day such as 2026-01-31, got "2026-02-30"'],
  [{ to: 'yesterday' }, '--to must be a day such as 2026-01-31, got "yesterday"'],
])('%j is refused with "%s"', (flags, message) => {
  expect(() => toTarget(flags)).toThrow(message)
})
