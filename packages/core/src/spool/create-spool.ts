import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createAdopter } from './adopt-orphans.ts'
import { hasRoom } from './disk-room.ts'
import { createDiskQueue } from './disk-queue.ts'
import { writeBatchesSync } from './exit-writer.ts'
import { MAX_SEGMENT_BYTES, folderName } from './orphans.ts'
import { createOwnerLocks } from './owner-locks.ts'
import { HOST_PROCESSES, type Processes } from './processes.ts'
import { encodeRecord, recordBytes } from './record.ts'
import { createSegmentList } from './segment-list.ts'
import { createSegmentWriter } from './segment-writer.ts'
import { EXPIRES_AFTER_MS, SEGMENT_SPAN_MS, addRecord, diskBytes, hasOnlySettled, isDone, segmentPath, settleRecord, type Segment } from './segment.ts'
import { NODE_FILES, errorCode, fileBytes, type SpoolFiles } from './spool-files.ts'
import type { Spool, SpoolBatch, SpoolOptions, SpoolPlace, SpoolStats, TakenBatch } from './spool.ts'
import { HOST_UID, UntrustedFolder, makeTrustedFolder } from './trusted-folder.ts'

/** What a spool asks of the machine. */
export interface SpoolHost {
  readonly files: SpoolFiles
  readonly processes: Processes
  readonly uid: number | null
  readonly now: () => number
  readonly monotonicMs: () => number
  /** 32 hexadecimal digits that nobody has had before. */
  readonly randomId: () => string
}

/** This machine. */
export const HOST: SpoolHost = {
  files: NODE_FILES,
  processes: HOST_PROCESSES,
  uid: HOST_UID,
  now: Date.now,
  monotonicMs: () => performance.now(),
  randomId: () => randomBytes(16).toString('hex'),
}

/** After trouble with the disk, appends are refused for so long. */
const RETRY_MS = 60_000
/** How often the lock is touched, what is too old removed, and looked for what others have left. */
const TEND_MS = 30_000
/** Written at once; more would keep the event loop busy. */
const GROUP_BYTES = 1_048_576
/** Written at most while the process exits. */
const EXIT_BYTES = 16_777_216

interface Waiting {
  readonly batch: SpoolBatch
  /** `null`: refused. */
  readonly resolve: (place: Place | null) => void
}

class Place implements SpoolPlace {
  readonly segment: Segment
  readonly at: number
  readonly bytes: number
  readonly events: number

  constructor(segment: Segment, at: number, bytes: number, events: number) {
    this.segment = segment
    this.at = at
    this.bytes = bytes
    this.events = events
  }
}

/**
 * Makes a spool and begins to open its folder. Trouble with the folder or the disk is told to `onProblem`, and appends
 * are refused for a while.
 */
export function createSpool(options: SpoolOptions, host: SpoolHost = HOST): Spool {
  const { folder, group, producerId, maxBytes, onProblem } = options
  const { files, now, monotonicMs } = host
  const me = host.randomId()
  const myFolder = join(folder, folderName(group, producerId, me))
  const damagedPath = join(folder, 'damaged')
  const segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.floor(maxBytes / 8))
  const locks = createOwnerLocks(folder, me, host)
  const list = createSegmentList({ ...options, ...host, damagedPath })
  const writer = createSegmentWriter({ ...options, ...host, root: folder, folder: myFolder, segmentBytes })
  const adopt = createAdopter({ ...options, ...host, me, locks, list })
  const disk = createDiskQueue(noteTrouble)
  let waiting: Waiting[] = []
  let writing: Waiting[] = []
  let opened = false
  let closed = false
  /** Appends are refused until then, monotonic milliseconds. */
  let retryMs = 0

  const tending = setInterval(() => {
    if (!disk.hangs) void disk.run(tend, undefined)
  }, TEND_MS)
  tending.unref()
  void disk.run(tend, undefined)

  function noteTrouble(error: unknown): void {
    retryMs = monotonicMs() + RETRY_MS
    const kind = error instanceof UntrustedFolder ? 'spool_folder' : 'spool_disk'
    onProblem(kind, `Wayside keeps in memory what it would write to its spool ${folder}: ${error instanceof Error ? error.message : String(error)}`)
  }

  const isDegraded = () => disk.hangs || monotonicMs() < retryMs

  async function open(): Promise<void> {
    if (opened) return
    await makeTrustedFolder(folder, files, host.uid)
    await locks.hold()
    opened = true
  }

  async function tend(): Promise<void> {
    if (closed) return
    await open()
    await locks.hold()
    await sealIfGone()
    for (const segment of list.all) if (monotonicMs() >= segment.expiresMs) await giveUp(segment, 'expired')
    await sealIfIdle()
    await removeOldDamage()
    if (!(await adopt())) return
    await makeRoom(0)
    options.onAdopted()
  }

  /** Somebody has cleaned up, or took this process for dead: what is written from now on goes elsewhere. */
  async function sealIfGone(): Promise<void> {
    const { active } = writer
    if (active !== null && (await fileBytes(files, segmentPath(active))) === null) await seal()
  }

  /** What is delivered should not stay on disk for long, nor what is not for much longer than it is kept. */
  async function sealIfIdle(): Promise<void> {
    const { active } = writer
    if (active === null) return
    const ageMs = monotonicMs() + EXPIRES_AFTER_MS - active.expiresMs
    if (hasOnlySettled(active) || ageMs > SEGMENT_SPAN_MS) await seal()
  }

  async function removeOldDamage(): Promise<void> {
    try {
      if (now() - (await files.lstat(damagedPath)).mtimeMs > EXPIRES_AFTER_MS) await files.unlink(damagedPath)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }

  async function makeRoom(bytes: number): Promise<void> {
    for (let [oldest] = list.all; oldest !== undefined && list.bytes + bytes > maxBytes; [oldest] = list.all) await giveUp(oldest, 'spool_overflow')
  }

  async function giveUp(segment: Segment, reason: 'expired' | 'spool_overflow'): Promise<void> {
    if (segment === writer.active) await seal()
    if (!segment.gone) await list.giveUp(segment, reason)
  }

  async function seal(): Promise<void> {
    const segment = await writer.seal()
    if (segment !== null && isDone(segment)) await list.remove(segment)
  }

  async function writeWaiting(): Promise<void> {
    try {
      await open()
      while (waiting.length > 0) {
        writing = takeGroup()
        await writeGroup(writing)
        writing = []
      }
    } catch (error) {
      noteTrouble(error)
      const refused = writing.concat(waiting)
      writing = []
      waiting = []
      for (const { resolve } of refused) resolve(null)
      // A record may be torn now: nothing is written behind it.
      await seal()
    }
  }

  function takeGroup(): Waiting[] {
    let bytes = 0
    const limit = Math.min(GROUP_BYTES, segmentBytes)
    const count = waiting.findIndex(({ batch }) => (bytes += recordBytes(batch)) > limit)
    return waiting.splice(0, count === -1 ? waiting.length : Math.max(1, count))
  }

  async function writeGroup(entries: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.concat(entries.map(({ batch }) => encodeRecord(batch)))
    if (!writer.fits(bytes.length)) await seal()
    await makeRoom(bytes.length)
    const segment = writer.active ?? (await begin())
    await writer.write(bytes)
    for (const { batch, resolve } of entries) {
      const size = recordBytes(batch)
      const at = addRecord(segment, batch, size)
      segment.held.set(at, batch.events)
      resolve(new Place(segment, at, size, batch.events))
    }
  }

  async function begin(): Promise<Segment> {
    const segment = await writer.begin()
    list.add(segment)
    return segment
  }

  /** What `append` has not finished comes first; how much of `batches` is written counts. */
  function writeSync(batches: Iterable<SpoolBatch>, timeoutMs: number): number {
    const untilMs = monotonicMs() + timeoutMs
    let room = Math.min(EXIT_BYTES, maxBytes - list.bytes)
    if (!hasRoom(files.statfsSync(folder), EXIT_BYTES)) return 0
    const target = {
      files,
      segmentBytes,
      createSegment() {
        const segment = writer.createForExit()
        list.add(segment)
        return segment
      },
      fits: (bytes: number) => (room -= bytes) >= 0,
      mayGoOn: () => monotonicMs() < untilMs,
    }
    const unfinished = writing.concat(waiting).map(({ batch }) => batch)
    return writeBatchesSync(unfinished, target) < unfinished.length ? 0 : writeBatchesSync(batches, target)
  }

  async function takeNext(): Promise<TakenBatch | null> {
    if (closed) return null
    const found = await list.take()
    if (found === null) return null
    const { segment, at, bytes, batch } = found
    const place = new Place(segment, at, bytes, batch.events)
    // What the process that left it was doing with it, nobody knows.
    return { place, batch: { ...batch, attempted: batch.attempted || !segment.own } }
  }

  function release(place: SpoolPlace): boolean {
    if (!(place instanceof Place) || place.segment.gone) return false
    const { segment, at } = place
    segment.held.delete(at)
    segment.cursor = Math.min(segment.cursor, at)
    return true
  }

  async function settle(place: SpoolPlace): Promise<void> {
    if (closed || !(place instanceof Place) || !place.segment.held.has(place.at)) return
    settleRecord(place.segment, place.at, place.events)
    await disk.inTime(disk.run(() => list.save(place.segment), undefined), undefined, () => undefined)
  }

  async function leave(): Promise<void> {
    await seal()
    if (!opened) return
    // What is in it belongs to whoever comes first from now on.
    await files.rmdir(myFolder).catch(() => undefined)
    await locks.remove(me)
  }

  function stats(): SpoolStats {
    const own = list.all.filter((each) => each.own)
    const waitingOwn = own.filter((each) => each.events > 0)
    return {
      bytes: own.reduce((sum, each) => sum + diskBytes(each), 0),
      adoptedBytes: list.all.reduce((sum, each) => sum + (each.own ? 0 : diskBytes(each)), 0),
      batches: own.reduce((sum, each) => sum + Math.max(0, each.records - each.settled.size), 0),
      events: own.reduce((sum, each) => sum + each.events, 0),
      oldestAt: waitingOwn.length === 0 ? null : Math.min(...waitingOwn.map((each) => each.oldestAt)),
      corruptBatches: list.corruptBatches,
      degraded: isDegraded(),
    }
  }

  return {
    append(batch) {
      if (closed || isDegraded() || recordBytes(batch) > Math.min(MAX_SEGMENT_BYTES, maxBytes)) return Promise.resolve(null)
      const written = new Promise<Place | null>((resolve) => void waiting.push({ batch, resolve }))
      if (waiting.length === 1) void disk.run(writeWaiting, undefined)
      return disk.inTime<SpoolPlace | null>(written, null, (place) => place !== null && release(place))
    },
    appendSync(batches, timeoutMs) {
      if (closed || !opened) return 0
      try {
        return writeSync(batches, timeoutMs)
      } catch (error) {
        noteTrouble(error)
        return 0
      }
    },
    take: () => (disk.hangs ? Promise.resolve(null) : disk.inTime(disk.run(takeNext, null), null, (taken) => taken !== null && release(taken.place))),
    settle,
    release,
    stats,
    close() {
      clearInterval(tending)
      const left = closed ? Promise.resolve() : disk.run(leave, undefined)
      closed = true
      return disk.inTime(left, undefined, () => undefined)
    },
  }
}
