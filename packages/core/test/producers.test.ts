import { spawn } from 'node:child_process'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Books } from '@wayside/protocol'
import { createRecorder, type Options } from '../src/index.ts'
import { makeFolder } from './endings.ts'
import { startReceiver, type Receiver } from './receiver.ts'

vi.setConfig({ testTimeout: 120_000 })

test.each([
  ['processes of a cluster', 'cluster'],
  ['worker threads', 'threads'],
])('row 25: eight %s are eight producers, and their books balance', { retry: 2 }, async (_, kind) => {
  const receiver = await startReceiver()
  await runProducers(kind, 8, { serverUrl: receiver.url })
  const producers = byProducer(receiver)
  expect(producers).toHaveLength(8)
  for (const { seqs, books } of producers) {
    expect(seqs).toEqual([0, 1, 2, 3, 4])
    expect(books).toMatchObject({ captured: 5, dropped: {}, closed: true })
  }
})

test('row 25: processes that crash one after the other leave all to the next, spool overflow', { retry: 2 }, async () => {
  const receiver = await startReceiver()
  const folder = await makeFolder()
  const options: Options<IncomingMessage> = { serverUrl: receiver.url, flushIntervalMs: 60_000, spool: { folder } }
  await runProducers('crashes', 5, options)
  const last = createRecorder<IncomingMessage>({ framework: 'node', sdk: 'test/1', apiKey: 'key', options })
  const untilMs = performance.now() + 20_000
  const total = () => byProducer(receiver).reduce((sum, { seqs }) => sum + seqs.length, 0)
  while (total() < 25 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20))
  await last.close()
  expect(byProducer(receiver).map(({ seqs }) => seqs)).toEqual(Array.from({ length: 5 }, () => [0, 1, 2, 3, 4]))
})

function runProducers(kind: string, count: number, options: Options<IncomingMessage>): Promise<unknown> {
  const app = fileURLToPath(new URL('producers-app.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@wayside/source', '--no-warnings', app, kind, String(count), JSON.stringify(options)], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: join(tmpdir(), 'wayside-endings-cache') },
    // A process that crashes on purpose says so.
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return new Promise((resolve) => child.once('close', resolve))
}

/** What the server holds of each producer: the seqs, each once, and its newest books. */
function byProducer({ attempts }: Receiver): { readonly seqs: readonly number[]; readonly books: Books }[] {
  const producers = new Map<string, { seqs: Set<number>; books: Books }>()
  for (const { batch } of attempts) {
    const { producerId, books } = batch.head
    const known = producers.get(producerId) ?? { seqs: new Set<number>(), books }
    for (const { seq } of batch.events) known.seqs.add(seq)
    producers.set(producerId, { ...known, books })
  }
  return [...producers.values()].map(({ seqs, books }) => ({ seqs: [...seqs].sort((a, b) => a - b), books }))
}
