import { existsSync, readdirSync, statSync } from 'node:fs'
import { appendFile, copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Failpoints } from '../failpoints.ts'
import { sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { BackPressure } from './back-pressure.ts'
import type { BatchHeader } from './journal-batch.ts'
import type { Journal } from './journal.ts'
import { openJournal, type JournalOptions } from './open-journal.ts'
import { readSegment } from './read-segment.ts'
import { createSegmentFile, toSegmentPath } from './segment-file.ts'

let dataDir = ''
let folder = ''
let warnings: string[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-journal-'))
  folder = join(dataDir, 'journal')
  warnings = []
})
afterEach(() => rm(dataDir, { recursive: true }))

const NOTHING = { segment: 0, loaded: 0, eventId: 0 }
const open = (over: Partial<JournalOptions> = {}) => openJournal({ folder, stored: NOTHING, warn: (message) => warnings.push(message), ...over })
const batch = (path: string, seq = 1) => sampleBatch([sampleNewEvent({ path })], { ranges: [{ from: seq, to: seq }] })

test('an appended batch is on disk, and in the closed segment with its ids', async () => {
  const journal = await open({ stored: { segment: 3, loaded: 4, eventId: 100 } })
  await Promise.all([journal.append(batch('/a')), journal.append(batch('/b'))])
  await journal.roll()
  const [segment] = journal.closed()
  expect(segment).toMatchObject({ number: 5, events: 2 })
  expect(await readAll(journal)).toEqual([
    [101, '/a'],
    [102, '/b'],
  ])
  await journal.close()
})

test('only the owner can read the journal', async () => {
  const journal = await open()
  await journal.append(batch('/a'))
  await journal.close()
  const [name] = await readdir(folder)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  expect((await stat(join(folder, name ?? ''))).mode & 0o777).toBe(0o600)
})

test('a segment closes at its size, and rolling nothing makes no segment', async () => {
  const journal = await open({ segmentBytes: 1 })
  await journal.append(batch('/a'))
  await journal.append(batch('/b'))
  await journal.roll()
  await journal.roll()
  expect(journal.closed().map(({ number }) => number)).toEqual([1, 2])
  await journal.close()
})

test('a segment closes at its number of events, however small they are', async () => {
  const journal = await open({ segmentEvents: 2 })
  for (const path of ['/a', '/b', '/c']) await journal.append(batch(path))
  expect(journal.closed().map(({ events }) => events)).toEqual([2])
  expect(journal.open()).not.toBeNull()
  await journal.close()
})

test('after a restart the batches, their headers and the next numbers are there', async () => {
  const first = await open()
  await first.append(batch('/a', 7))
  await first.close()
  const recovered: BatchHeader[] = []
  const second = await open({ onRecovered: (header) => recovered.push(header) })
  expect(recovered).toMatchObject([{ projectId: 1, ranges: [{ from: 7, to: 7 }] }])
  await second.append(batch('/b', 8))
  await second.roll()
  expect(second.closed().map(({ number }) => number)).toEqual([1, 2])
  expect(await readAll(second)).toEqual([
    [1, '/a'],
    [2, '/b'],
  ])
  expect(warnings).toEqual([])
  await second.close()
})

test('segments of earlier servers, with a line for each event, stay as they are, and ids go on after theirs', async () => {
  await mkdir(folder)
  await copyFile(new URL('../../test/journals/by-lines.ndjson', import.meta.url), toSegmentPath(folder, 4))
  const recovered: BatchHeader[] = []
  const journal = await open({ onRecovered: (header) => recovered.push(header) })
  expect(recovered.map(({ ranges }) => ranges)).toEqual([[{ from: 1, to: 2 }], [], [{ from: 3, to: 3 }]])
  await journal.append(batch('/next', 4))
  await journal.roll()
  expect(await readAll(journal)).toEqual([
    [1, '/full'],
    [2, '/bare'],
    [3, '/later'],
    [4, '/next'],
  ])
  expect(warnings).toEqual([])
  await journal.close()
})

test('what the store has for good is removed, at the start and on the way', async () => {
  const first = await open({ segmentBytes: 1 })
  for (const path of ['/a', '/b', '/c']) await first.append(batch(path))
  await first.drop(1)
  expect(first.closed().map(({ number }) => number)).toEqual([2, 3])
  await first.close()
  const second = await open({ stored: { segment: 2, loaded: 2, eventId: 2 } })
  expect(await readAll(second)).toEqual([[3, '/c']])
  expect(await readdir(folder)).toHaveLength(1)
  await second.close()
})

test('a torn tail is cut at every byte, and what came before stays', async () => {
  const first = await open()
  await first.append(batch('/kept'))
  const keptBytes = first.stats().bytes
  await first.append(batch('/torn'))
  await first.close()
  const path = join(folder, (await readdir(folder))[0] ?? '')
  const whole = await readFile(path)
  for (let bytes = keptBytes; bytes < whole.length; bytes += 7) {
    await writeFile(path, whole)
    await truncate(path, bytes)
    const journal = await open()
    expect(await readAll(journal), `cut at ${bytes}`).toEqual([[1, '/kept']])
    expect((await stat(path)).size).toBe(keptBytes)
    await journal.close()
  }
  expect(warnings.at(-1)).toContain('of a write that was never acknowledged')
})

test('a flipped bit costs its batch alone, which is set aside, counted and reported', async () => {
  const first = await open()
  for (const [at, path] of ['/first', '/damaged', '/last'].entries()) await first.append(batch(path, at + 1))
  await first.close()
  const path = join(folder, (await readdir(folder))[0] ?? '')
  const whole = await readFile(path)
  const start = whole.indexOf('\n{"crc"') + 1
  const end = whole.indexOf('\n{"crc"', start) + 1
  for (let at = start; at < end; at += 11) {
    const damaged = Buffer.from(whole)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
    await writeFile(path, damaged)
    let recovered = 0
    const journal = await open({ onRecovered: () => recovered++ })
    const kept = await readAll(journal)
    expect(kept, `bit at ${at}`).toEqual([
      [1, '/first'],
      [3, '/last'],
    ])
    expect(recovered).toBe(2)
    expect(journal.stats().asideBatches).toBe(1)
    expect((await readFile(`${path}.corrupt`)).equals(damaged.subarray(start, end))).toBe(true)
    await journal.close()
    await rm(`${path}.corrupt`)
  }
  expect(warnings.at(-1)).toContain('1 damaged batches set aside')
})

test('a folder of rubbish is no crash loop', async () => {
  const first = await open()
  await first.append(batch('/a'))
  await first.close()
  await writeFile(join(folder, '000000000002.ndjson'), 'rubbish\n{"crc":"zzzz\n\n\n')
  await writeFile(join(folder, '000000000003.ndjson'), '')
  await writeFile(join(folder, 'notes.txt'), 'mine')
  const journal = await open()
  await journal.append(batch('/b'))
  await journal.roll()
  expect(await readAll(journal)).toEqual([
    [1, '/a'],
    [2, '/b'],
  ])
  await journal.close()
})

test('a full journal refuses more until the store has caught up', async () => {
  const journal = await open({ maxBytes: 10 })
  await journal.append(batch('/a'))
  const refusal = await journal.append(batch('/b')).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(BackPressure)
  expect(refusal).toMatchObject({ message: expect.stringContaining('10 bytes') as string, retryAfterMs: 10_000 })
  await journal.roll()
  await journal.drop(1)
  await journal.append(batch('/b'))
  await journal.close()
})

test('a disk that is nearly full takes nothing, and what is there stays', async () => {
  const roomy = await open()
  await roomy.append(batch('/a'))
  await roomy.close()
  const cramped = await open({ minFreeBytes: Number.MAX_SAFE_INTEGER })
  await expect(cramped.append(batch('/b'))).rejects.toThrow('bytes left: make room')
  expect(await readAll(cramped)).toEqual([[1, '/a']])
  await cramped.close()
})

test('a disk that fails acknowledges nothing, and a disk that works again goes on in a new segment', async () => {
  const journal = await open()
  await journal.append(batch('/before'))
  await journal.roll()
  await rm(folder, { recursive: true })
  await expect(journal.append(batch('/lost'))).rejects.toBeInstanceOf(BackPressure)
  await expect(journal.append(batch('/lost too'))).rejects.toBeInstanceOf(BackPressure)
  expect(warnings).toHaveLength(1)
  expect(warnings.at(-1)).toContain('the journal could not be written')
  await (await open()).close() // Makes the folder again.
  await journal.append(batch('/after'))
  expect(warnings.at(-1)).toBe('the journal can be written again')
  await journal.roll()
  expect(journal.closed().at(-1)?.events).toBe(1)
  await journal.close()
})

test('row 45: after a failed fdatasync nobody is acknowledged, the segment is cut back and never written again', async () => {
  let failing = true
  const createFile: typeof createSegmentFile = async (...position) => {
    const file = await createSegmentFile(...position)
    return {
      ...file,
      async write(group, events, receivedAt) {
        if (!failing || file.bytes() === 0) return file.write(group, events, receivedAt)
        failing = false
        await appendFile(toSegmentPath(folder, file.number), group)
        throw new Error('EIO: i/o error, fdatasync')
      },
    }
  }
  const journal = await open({ createFile })
  await journal.append(batch('/acknowledged'))
  await expect(journal.append(batch('/refused'))).rejects.toThrow('EIO')
  await journal.append(batch('/sent again'))
  await journal.roll()
  expect((await readAll(journal)).map(([, path]) => path)).toEqual(['/acknowledged', '/sent again'])
  expect(journal.closed().map(({ number }) => number)).toEqual([1, 2])
  expect(journal.alarms()).toEqual([expect.stringContaining('EIO: i/o error, fdatasync')])
  await journal.close()
})

test.runIf(existsSync('/dev/full'))('row 44: a device without room acknowledges nothing, and what it took before stays', async () => {
  let full = false
  const createFile: typeof createSegmentFile = async (...position) => {
    const file = await createSegmentFile(...position)
    return { ...file, write: (...group) => (full ? appendFile('/dev/full', group[0]) : file.write(...group)) }
  }
  const journal = await open({ createFile })
  await journal.append(batch('/before'))
  full = true
  await expect(journal.append(batch('/refused'))).rejects.toThrow('ENOSPC')
  full = false
  await journal.append(batch('/after'))
  await journal.roll()
  expect((await readAll(journal)).map(([, path]) => path)).toEqual(['/before', '/after'])
  await journal.close()
})

test('promise: power loss of the server: what was acknowledged had been synced, so that losing all else loses none of it', async () => {
  // What is on disk for certain: the size of each segment when its last fdatasync returned.
  const synced = new Map<string, number>()
  const failpoint: Failpoints = (name) => {
    if (name !== 'journal.synced') return
    for (const file of readdirSync(folder)) synced.set(file, statSync(join(folder, file)).size)
  }
  const journal = await open({ segmentBytes: 2_000, failpoint })
  const acknowledged: string[] = []
  const appends = Array.from({ length: 40 }, async (_, at) => {
    for (let turn = 0; turn < at % 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    await journal.append(batch(`/${at}`))
    acknowledged.push(`/${at}`)
    if (at % 7 !== 0) return
    const safe = [...acknowledged]
    const survivor = `${folder}-after-${at}`
    await mkdir(survivor)
    for (const [file, size] of [...synced]) await writeFile(join(survivor, file), (await readFile(join(folder, file))).subarray(0, size))
    const again = await open({ folder: survivor })
    expect((await readAll(again)).map(([, path]) => path)).toEqual(expect.arrayContaining(safe))
    await again.close()
  })
  await Promise.all(appends)
  await journal.close()
})

test('a closed journal takes nothing', async () => {
  const journal = await open()
  const last = journal.append(batch('/a'))
  await journal.close()
  await last
  await expect(journal.append(batch('/b'))).rejects.toThrow('the server is stopping')
})

/** Ids and paths of all events in closed segments. */
async function readAll(journal: Journal): Promise<readonly (readonly [number, string])[]> {
  const contents = await Promise.all(journal.closed().map(async ({ path }) => readSegment(await readFile(path, 'utf8')).events))
  return contents.flat().map(({ id, path }) => [id, path] as const)
}
