import type * as Crypto from 'node:crypto'
import { timingSafeEqual } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openRegistry } from './open-registry.ts'

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof Crypto>()
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) }
})
const compare = vi.mocked(timingSafeEqual)
beforeEach(() => void compare.mockClear())

async function openTestRegistry() {
  const dataDir = mkdtempSync(join(tmpdir(), 'wayside-registry-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const registry = await openRegistry({ data: dataDir })
  onTestFinished(() => registry.close())
  const { key } = await registry.createKey((await registry.createProject({ name: 'shop' })).id, 'ingest')
  return { registry, key }
}

/** The key with one character of its secret changed. */
function alter(key: string, at: number): string {
  const place = at < 0 ? key.length + at : key.length - 43 + at
  return `${key.slice(0, place)}${key[place] === 'A' ? 'B' : 'A'}${key.slice(place + 1)}`
}

test('row 57: secrets are compared as digests, in constant time, and never as texts', async () => {
  const { registry, key } = await openTestRegistry()

  const answers = await Promise.all([key, alter(key, 0), alter(key, -1)].map((each) => registry.authenticate(each)))

  expect(answers).toEqual([expect.anything(), null, null])

  expect(compare).toHaveBeenCalledTimes(3)
  for (const [stored, presented] of compare.mock.calls) {
    expect([stored.byteLength, presented.byteLength]).toEqual([32, 32])
    expect(Buffer.from(presented as Uint8Array).includes(key.slice(-43))).toBe(false)
  }
})

test('row 57: a secret that is wrong at its end takes as long as one that is wrong at its start', async () => {
  const { registry, key } = await openTestRegistry()
  const wrong = { start: alter(key, 0), end: alter(key, -1) }

  // One of three attempts is enough: other work of the machine differs from run to run, a leak does not.
  const ratios: number[] = []
  for (let attempt = 0; attempt < 3; attempt++) {
    const times: Record<keyof typeof wrong, number[]> = { start: [], end: [] }
    for (let round = 0; round < 2_000; round++) {
      for (const side of ['start', 'end'] as const) {
        const startedAt = process.hrtime.bigint()
        await registry.authenticate(wrong[side])
        times[side].push(Number(process.hrtime.bigint() - startedAt))
      }
    }
    ratios.push(median(times.end) / median(times.start))
  }

  expect(ratios.some((ratio) => ratio > 0.9 && ratio < 1.1)).toBe(true)
})

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
