import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toSegmentPath } from './segment-file.ts'
import { limitAside, listAside, setAside } from './set-aside.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wayside-aside-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('what is set aside stays below its bound, the oldest goes first, and each that goes is told', async () => {
  for (let number = 1; number <= 5; number++) await setAside(toSegmentPath(folder, number), number === 2 ? 'corrupt' : 'refused', [Buffer.alloc(40)])
  const warnings: string[] = []
  await limitAside(folder, 100, (message) => warnings.push(message))
  expect((await listAside(folder)).map((path) => basename(path))).toEqual(['000000000004.ndjson.refused', '000000000005.ndjson.refused'])
  expect(warnings).toHaveLength(3)
  await limitAside(folder, 10, () => undefined)
  expect(await readdir(folder)).toEqual(['000000000005.ndjson.refused'])
})
