import { expect, test } from 'vitest'
import { toRoute } from './to-route.ts'

test.each([
  ['/users/42', '/users/:id'],
  ['/orders/ad0b61b5-33d8-4d1b-baf0-3d811b68f007/items/7', '/orders/:id/items/:id'],
  ['/files/507f1f77bcf86cd799439011', '/files/:id'],
  ['/days/2026-01-31', '/days/:id'],
  ['/people/ada@example.com', '/people/:id'],
  ['/sessions/V1StGXR8_Z5jdHi6B-myT', '/sessions/:id'],
  ['/v1/users', '/v1/users'],
  ['/oauth2/token', '/oauth2/token'],
  ['/', '/'],
  [`/${'a'.repeat(100)}`, '/:id'],
])('%s belongs to %s', (path, route) => {
  expect(toRoute(path, 200)).toBe(route)
})

test('what was not found belongs to no route', () => {
  expect(toRoute('/wp-login.php', 404)).toBeNull()
})
