import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { untilClosed } from './until-closed.ts'

/** A server that passes on each response with its signal, and answers when it should. */
async function start(answer: boolean) {
  let tell: (reached: { readonly signal: AbortSignal; readonly closed: Promise<unknown> }) => void = () => undefined
  const reached = new Promise<{ readonly signal: AbortSignal; readonly closed: Promise<unknown> }>((resolve) => {
    tell = resolve
  })
  const server = createServer((_request, raw) => {
    tell({ signal: untilClosed({ raw }), closed: once(raw, 'close') })
    if (answer) raw.end('done')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { reached, ask: () => get({ port, host: '127.0.0.1', agent: false }) }
}

test('a client that leaves before its answer stops the question', async () => {
  const { reached, ask } = await start(false)
  const request = ask().on('error', () => undefined)
  const { signal, closed } = await reached
  request.destroy()
  await closed

  expect([signal.aborted, signal.reason]).toMatchObject([true, { status: 499 }])
})

test('a client that has its answer stops nothing', async () => {
  const { reached, ask } = await start(true)
  ask().on('response', (response) => response.resume())
  const { signal, closed } = await reached
  await closed

  expect(signal.aborted).toBe(false)
})
