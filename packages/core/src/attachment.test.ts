import { expect, test } from 'vitest'
import { createAttachment } from './attachment.ts'

test('an attachment gives back what was set for an object, and nothing for others', () => {
  const attachment = createAttachment<string>()
  const owner = {}
  attachment.set(owner, 'first')
  attachment.set(owner, 'second')
  expect(attachment.get(owner)).toBe('second')
  expect(attachment.get({})).toBeUndefined()
})

test('two attachments of one object do not mix, and JSON shows neither', () => {
  const one = createAttachment<number>()
  const other = createAttachment<number>()
  const owner = { id: 7 }
  one.set(owner, 1)
  other.set(owner, 2)
  expect([one.get(owner), other.get(owner), JSON.stringify(owner)]).toEqual([1, 2, '{"id":7}'])
})
