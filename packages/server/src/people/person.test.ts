import { expect, test } from 'vitest'
import { isAtLeast, mayManage, parseEmail, PROJECT_ROLES, roleOn, ROLES } from './person.ts'

const GRANTS = new Map([
  [1, 'admin'],
  [2, 'member'],
  [3, 'viewer'],
] as const)

test('owners and admins reach every project, members what they were granted, and viewers only look', () => {
  const reach = ROLES.map((role) => [role, ...[1, 2, 3, 4].map((project) => roleOn({ role, grants: GRANTS }, project))])

  expect(reach).toEqual([
    ['owner', 'admin', 'admin', 'admin', 'admin'],
    ['admin', 'admin', 'admin', 'admin', 'admin'],
    ['member', 'admin', 'member', 'viewer', null],
    ['viewer', 'viewer', 'viewer', 'viewer', null],
  ])
})

test('each role in a project may what the ones below it may', () => {
  expect(PROJECT_ROLES.map((role) => PROJECT_ROLES.map((needed) => isAtLeast(role, needed)))).toEqual([
    [true, true, true],
    [false, true, true],
    [false, false, true],
  ])
})

test('only owners change what owners may', () => {
  expect(ROLES.map((by) => ROLES.filter((role) => mayManage(by, role)))).toEqual([ROLES, ['admin', 'member', 'viewer'], [], []])
})

test('an address is kept in lower case and without what stands around it', () => {
  expect(parseEmail(' Ada@Example.ORG ')).toBe('ada@example.org')
})

test.each(['', 'ada', 'ada@', '@example.org', 'a b@example.org', 'ada@example.org\u0000', `${'a'.repeat(250)}@example.org`])('%j is no e-mail address', (text) => {
  expect(parseEmail(text)).toBeNull()
})
