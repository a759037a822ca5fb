import { expect, test } from 'vitest'
import { createFakeStorage } from '../../test/fake-window.ts'
import { createSession } from './session.ts'

test('a key outlives a reload of its tab', () => {
  const storage = createFakeStorage()
  createSession(storage).signIn('k')
  expect(createSession(storage).key.value).toBe('k')
})

test('signing out forgets the key everywhere', () => {
  const storage = createFakeStorage()
  const session = createSession(storage)
  session.signIn('k', 'made')
  session.signOut()
  expect(session.key.value).toBeNull()
  expect(session.isNewKey.value).toBe(false)
  expect(session.notice.value).toBeNull()
  expect(storage.map.size).toBe(0)
})

test('a key that was made is new until the page is loaded again', () => {
  const storage = createFakeStorage()
  const session = createSession(storage)
  session.signIn('k', 'made')
  expect(session.isNewKey.value).toBe(true)
  expect(createSession(storage).isNewKey.value).toBe(false)
})

test('the reason for losing a key is told until the next one', () => {
  const session = createSession(null)
  session.signIn('k')
  session.signOut('The key was revoked.')
  expect(session.notice.value).toBe('The key was revoked.')
  session.signIn('other')
  expect(session.notice.value).toBeNull()
})
