import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import { warmUp } from './warm-up.ts'

test('undici reads an answer before the first delivery', async () => {
  const answers: unknown[] = []
  const listen = (message: unknown) => void answers.push(message)
  subscribe('undici:request:headers', listen)
  await warmUp()
  unsubscribe('undici:request:headers', listen)
  expect(answers).toEqual([expect.objectContaining({ response: expect.objectContaining({ statusCode: 200 }) })])
})
