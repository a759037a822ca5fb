import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { ExportJob } from '@wayside/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fetchExport } from './fetch-export.ts'

const JOB: ExportJob = { id: '1', fileName: 'a.csv', of: 'requests', format: 'csv', state: 'running', from: 0, to: 1, askedBy: 'key', askedAt: 0, endedAt: null, rows: 1, expectedRows: 2, bytes: 1, problem: null, expiresAt: null }

/** A server that answers with these states of an export in turn, the last for ever, and gives out a file. */
async function setUp(states: readonly Partial<ExportJob>[]) {
  const files = createServer((_request, response) => response.end('a,b\r\n')).listen(0, '127.0.0.1')
  await once(files, 'listening')
  onTestFinished(() => void files.close())
  // Boundary: a server that listens on a port has an address of this kind.
  const url = `http://127.0.0.1:${(files.address() as AddressInfo).port}/`
  const removed: string[] = []
  let at = 0
  const client = {
    createExport: async () => JOB,
    exports: async () => [{ ...JOB, ...states[Math.min(at++, states.length - 1)] }],
    exportLink: async () => ({ url, expiresAt: 0 }),
    async removeExport(id: string) {
      removed.push(id)
      return JOB
    },
  }
  const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
  const before = process.cwd()
  process.chdir(folder)
  onTestFinished(() => {
    process.chdir(before)
    rmSync(folder, { recursive: true })
  })
  return { client, removed, folder }
}

const INPUT = { format: 'csv', requests: {} } as const
const never = new AbortController().signal

test('a file is fetched when it has been made, and the server keeps none', async () => {
  const { client, removed, folder } = await setUp([{}, { state: 'done' }])
  const told: (number | null)[] = []

  await fetchExport(client, INPUT, { output: null, signal: never, tell: (job) => told.push(job?.rows ?? null) })

  expect([readFileSync(join(folder, 'a.csv'), 'utf8'), readdirSync(folder), removed, told]).toEqual(['a,b\r\n', ['a.csv'], ['1'], [1, 1, null]])
})

test.each(['../a.csv', '/etc/a.csv', '.profile', 'a\u001b[31m.csv', ''])('a server that names the file %j writes nowhere', async (fileName) => {
  const { client, removed, folder } = await setUp([{ state: 'done', fileName }])

  await expect(fetchExport(client, INPUT, { output: null, signal: never })).rejects.toThrow('--output must be given')

  expect([readdirSync(folder), removed]).toEqual([[], ['1']])
})

test('a file that cannot be made says why', async () => {
  const { client, removed } = await setUp([{ state: 'failed', problem: 'the disk is full' }])

  await expect(fetchExport(client, INPUT, { output: null, signal: never })).rejects.toThrow('the file could not be made: the disk is full')

  expect(removed).toEqual(['1'])
})

test('a file that cannot be written says so, and the server keeps none', async () => {
  const { client, removed } = await setUp([{ state: 'done' }])

  await expect(fetchExport(client, INPUT, { output: 'missing/a.csv', signal: never })).rejects.toThrow('--output must be a file that can be written, got "missing/a.csv": ENOENT')

  expect(removed).toEqual(['1'])
})

test('who stops waiting stops the server too', async () => {
  const { client, removed, folder } = await setUp([{}])
  const stop = new AbortController()
  const fetching = fetchExport(client, INPUT, { output: null, signal: stop.signal, tell: () => stop.abort(new Error('stopped')) })

  await expect(fetching).rejects.toThrow('aborted')

  await vi.waitFor(() => expect(removed).toEqual(['1']))
  expect(readdirSync(folder)).toEqual([])
})
