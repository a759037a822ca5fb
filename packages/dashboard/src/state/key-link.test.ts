import { expect, test } from 'vitest'
import { createFakeStorage, createFakeWindow } from '../../test/fake-window.ts'
import { createAddress } from './address.ts'
import { takeKeyFromLink } from './key-link.ts'
import { createSession } from './session.ts'

test('a key in the link signs in, and the page is loaded anew without it', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/?period=7d#key=%20way_read_1%20')
  const session = createSession(createFakeStorage())
  expect(takeKeyFromLink(createAddress(window), session)).toBe(true)
  expect(session.key.value).toBe('way_read_1')
  expect(window.loaded).toEqual(['http://127.0.0.1:4270/?period=7d'])
})

test('where the key would not outlive a reload the page goes on', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/#key=way_read_1')
  const session = createSession(null)
  expect(takeKeyFromLink(createAddress(window), session)).toBe(false)
  expect(session.key.value).toBe('way_read_1')
  expect(window.loaded).toEqual([])
  expect(window.location.href).toBe('http://127.0.0.1:4270/')
})

test.each(['', '#', '#key=', '#other=1'])('the link %j holds no key', (fragment) => {
  const window = createFakeWindow(`http://127.0.0.1:4270/${fragment}`)
  const session = createSession(createFakeStorage())
  expect(takeKeyFromLink(createAddress(window), session)).toBe(false)
  expect(session.key.value).toBeNull()
})
