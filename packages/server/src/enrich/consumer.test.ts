import { expect, test } from 'vitest'
import { toConsumer } from './consumer.ts'

const names = { userId: 'ann', apiKeyHash: 'a1b2', oauthClientId: 'app' }
const none = { userId: null, apiKeyHash: null, oauthClientId: null }

test('a consumer is the user, else the API key, else the OAuth client, else the address', () => {
  expect(toConsumer(names, '203.0.113.7')).toEqual({ kind: 'user', consumer: 'ann' })
  expect(toConsumer({ ...names, userId: null }, '203.0.113.7')).toEqual({ kind: 'api_key', consumer: 'a1b2' })
  expect(toConsumer({ ...none, oauthClientId: 'app' }, '203.0.113.7')).toEqual({ kind: 'oauth_client', consumer: 'app' })
  expect(toConsumer(none, '203.0.113.7')).toEqual({ kind: 'ip', consumer: '203.0.113.7' })
})

test('without any of them the consumer is unknown, and an empty name is no name', () => {
  expect(toConsumer(none, null)).toEqual({ kind: 'unknown', consumer: null })
  expect(toConsumer({ ...none, userId: '' }, null)).toEqual({ kind: 'unknown', consumer: null })
})
