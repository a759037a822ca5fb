import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sampleBatch } from '../../server/src/testing/sample-batch.ts'
import { sampleEvent } from '../../server/src/testing/sample.ts'
import { startTestServer } from '../../server/src/testing/start-test-server.ts'
import * as client from '../src/index.ts'

const guide = readFileSync(new URL('../../../docs/guide/client.md', import.meta.url), 'utf8')
const examples = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)

/** Runs what the guide shows, with the package in place of its name and the server in place of that of the guide. */
async function run(code: string, given: Readonly<Record<string, unknown>>): Promise<void> {
  const body = code.replace(/^import \{ (.*) \} from '@wayside\/client'$/gm, 'const { $1 } = client')
  const module = `export default async ({ ${Object.keys(given).join(', ')} }) => {\n${body}\n}`
  const { default: example }: { default: (given: unknown) => Promise<void> } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(module)}`)
  await example(given)
}

test('every example of the guide runs', async () => {
  const server = await startTestServer()
  const apiKey = await server.key('combined')
  const event = sampleEvent({ time: Date.now(), status: 500, userId: 'ada', errorFingerprint: 'f00d' })
  const taken = await server.post('/api/v1/events', JSON.stringify(sampleBatch([event])), { authorization: `Bearer ${apiKey}` })
  expect(taken.ok).toBe(true)
  await server.drain()
  const wayside = client.createClient({ url: server.url, apiKey })
  const printed: unknown[][] = []
  const console = { log: (...values: unknown[]) => void printed.push(values) }

  const [setUp = '', ...others] = examples
  expect(others).toHaveLength(11)
  await run(setUp, { client, apiKey })
  for (const code of others) await run(code, { client, wayside, console }).catch((cause: unknown) => Promise.reject(new Error(`this example fails:\n${code}`, { cause })))
  expect(printed).toContainEqual([422, '/range', expect.stringContaining('ask for a shorter range')])
  expect(printed).toContainEqual([expect.any(String), 'GET', '/users/42', 500])
})
