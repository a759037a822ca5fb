import { mkdir, rm } from 'node:fs/promises'
import { NO_FAILPOINTS, type Failpoints } from '../failpoints.ts'
import type { StoredMark } from '../store/store.ts'
import { BackPressure } from './back-pressure.ts'
import { createDiskRoom } from './disk-room.ts'
import type { BatchHeader } from './journal-batch.ts'
import type { JournalSegment } from './journal-segment.ts'
import type { Journal } from './journal.ts'
import { quarantineSegment } from './quarantine-segment.ts'
import { recoverFolder } from './recover-folder.ts'
import { createSegmentFile, type SegmentFile } from './segment-file.ts'
import { encodeJournalBatch } from './segment-format.ts'
import { limitAside, listAside } from './set-aside.ts'

export interface JournalOptions {
  readonly folder: string
  /** What the store has: segments that it holds for good are removed, numbers and ids go on after all that it knows. */
  readonly stored: StoredMark
  /**
   * A segment is closed when it has this many bytes.
   * @default 67108864 (64 MiB)
   */
  readonly segmentBytes?: number
  /**
   * A segment is closed when it has this many events, however little they take: the store loads it in one piece.
   * @default 100000
   */
  readonly segmentEvents?: number
  /**
   * Bytes that the journal may take on disk before it refuses more.
   * @default 2147483648 (2 GiB)
   */
  readonly maxBytes?: number
  /**
   * Bytes that must stay free on the disk: a database whose disk runs full in the middle of its work may be damaged.
   * @default 268435456 (256 MiB)
   */
  readonly minFreeBytes?: number
  /** Told what an operator should know: cut tails, batches set aside, disk errors. */
  readonly warn: (message: string) => void
  /** Told each batch that was found at the start and that the store may not have, oldest first. */
  readonly onRecovered?: (header: BatchHeader) => void
  readonly now?: () => number
  /** Makes a segment's file; tests put a failing disk here. */
  readonly createFile?: typeof createSegmentFile
  readonly failpoint?: Failpoints
}

const DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024
const DEFAULT_SEGMENT_EVENTS = 100_000
const DEFAULT_MAX_BYTES = 2 * 1024 * 1024 * 1024
const DEFAULT_MIN_FREE_BYTES = 256 * 1024 * 1024
/** What may be kept of batches that no store can take. */
const MAX_ASIDE_BYTES = 64 * 1024 * 1024
/** A disk that failed is worth a look for this long, also when it works again. */
const DISK_ALARM_MS = 3_600_000
/** Bytes in memory that wait for a slow disk. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024
const FULL_RETRY_MS = 10_000
const DISK_RETRY_MS = 5_000

interface Waiting {
  readonly bytes: Buffer
  readonly events: number
  readonly receivedAt: number
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

/** Opens the journal of a folder, which it makes when it is missing, and repairs what the last end left behind. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, stored, warn, onRecovered = () => undefined, now = Date.now } = options
  const { createFile = createSegmentFile, failpoint = NO_FAILPOINTS } = options
  const { segmentBytes = DEFAULT_SEGMENT_BYTES, segmentEvents = DEFAULT_SEGMENT_EVENTS, maxBytes = DEFAULT_MAX_BYTES, minFreeBytes = DEFAULT_MIN_FREE_BYTES } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const found = await recoverFolder({ folder, storedSegment: stored.segment, warn, onRecovered })
  await limitAside(folder, MAX_ASIDE_BYTES, warn)
  let asideFiles = (await listAside(folder)).length
  let asideBatches = found.corruptBatches
  const closed: JournalSegment[] = [...found.segments]
  let closedBytes = closed.reduce((sum, segment) => sum + segment.bytes, 0)
  const room = await createDiskRoom(folder, minFreeBytes)
  let nextNumber = Math.max(found.lastNumber, stored.loaded) + 1
  let nextId = Math.max(found.lastEventId, stored.eventId) + 1

  let current: SegmentFile | null = null
  /** Set when a failed write may have left bytes that nobody was told are safe. */
  let damaged = false
  /** Whether the last write failed; told once, not for each batch. */
  let failing = false
  let lastFailure: { readonly at: number; readonly reason: string } | null = null
  let waiting: Waiting[] = []
  let waitingBytes = 0
  let ended = false
  let turn: Promise<void> = Promise.resolve()
  let committing = false

  /** Runs one thing after another on the open segment; its failures are its caller's. */
  function exclusive(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }

  async function commit(): Promise<void> {
    committing = false
    const group = waiting
    waiting = []
    waitingBytes = 0
    const first = group[0]
    if (first === undefined) return
    try {
      await repair()
      current ??= await createFile(folder, nextNumber++, failpoint)
      const events = group.reduce((sum, each) => sum + each.events, 0)
      damaged = true
      const oldest = group.reduce((least, each) => Math.min(least, each.receivedAt), first.receivedAt)
      await current.write(Buffer.concat(group.map((each) => each.bytes)), events, oldest)
      damaged = false
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      if (!failing) warn(`the journal could not be written: ${reason}; senders are told to try again until it can`)
      failing = true
      lastFailure = { at: now(), reason }
      const refusal = new BackPressure(`the journal could not be written: ${reason}`, DISK_RETRY_MS, { cause })
      for (const each of group) each.reject(refusal)
      return
    }
    for (const each of group) each.resolve()
    if (failing) warn('the journal can be written again')
    failing = false
    if (current.bytes() >= segmentBytes || current.events() >= segmentEvents) seal(await current.close())
  }

  /** A segment is never written again after an error: the kernel may have dropped the pages that failed to sync. */
  async function repair(): Promise<void> {
    if (!damaged) return
    await current?.cut()
    damaged = false
    if (current !== null) seal(await current.close())
  }

  /** Hands the open segment to the loader. One without a batch stays behind and is removed at the next start. */
  function seal(segment: JournalSegment): void {
    current = null
    if (segment.bytes === 0) return
    closed.push(segment)
    closedBytes += segment.bytes
  }

  return {
    async append(batch) {
      if (ended) throw new BackPressure('the server is stopping', FULL_RETRY_MS)
      const used = closedBytes + (current?.bytes() ?? 0) + waitingBytes
      if (used >= maxBytes) {
        throw new BackPressure(`the journal has reached its ${maxBytes} bytes; the store is behind`, FULL_RETRY_MS)
      }
      if (!room.suffices()) {
        throw new BackPressure(`the disk of ${folder} has less than ${minFreeBytes} bytes left: make room`, FULL_RETRY_MS)
      }
      if (waitingBytes >= MAX_WAITING_BYTES) {
        throw new BackPressure('the disk is too slow for what arrives', DISK_RETRY_MS)
      }
      const bytes = encodeJournalBatch(batch, nextId)
      failpoint('journal.encoded')
      nextId += batch.events.length
      waitingBytes += bytes.length
      return new Promise((resolve, reject) => {
        waiting.push({ bytes, events: batch.events.length, receivedAt: batch.receivedAt, resolve, reject })
        if (committing) return
        committing = true
        void exclusive(commit)
      })
    },
    roll: () =>
      exclusive(async () => {
        await repair()
        if (current !== null && current.bytes() > 0) seal(await current.close())
      }),
    closed: () => closed,
    async drop(upTo) {
      while (closed[0] !== undefined && closed[0].number <= upTo) {
        const segment = closed[0]
        await rm(segment.path, { force: true })
        closed.shift()
        closedBytes -= segment.bytes
      }
    },
    async quarantine(number, accepts) {
      const at = closed.findIndex((each) => each.number === number)
      const segment = closed[at]
      if (segment === undefined) return 0
      const { segment: cleaned, asideBatches: count } = await quarantineSegment(segment, accepts)
      if (count === 0) return 0
      closedBytes += cleaned.bytes - segment.bytes
      closed[at] = cleaned
      asideBatches += count
      await limitAside(folder, MAX_ASIDE_BYTES, warn)
      asideFiles = (await listAside(folder)).length
      warn(`journal segment ${segment.path}: ${count} batches that cannot be stored were set aside beside it`)
      return count
    },
    open() {
      const bytes = current?.bytes() ?? 0
      return current === null || bytes === 0 ? null : { bytes, oldestReceivedAt: current.oldestReceivedAt() }
    },
    stats: () => ({
      bytes: closedBytes + (current?.bytes() ?? 0),
      segments: closed.length,
      asideBatches,
    }),
    alarms() {
      const alarms: string[] = []
      if (asideFiles > 0) alarms.push(`batches that could not be stored are in ${folder} (*.corrupt and *.refused: ${asideFiles})`)
      if (lastFailure !== null && now() - lastFailure.at < DISK_ALARM_MS) {
        alarms.push(`the journal could not be written at ${new Date(lastFailure.at).toISOString()}: ${lastFailure.reason}`)
      }
      return alarms
    },
    close() {
      ended = true
      return exclusive(async () => {
        await repair()
        if (current !== null) seal(await current.close())
      })
    },
  }
}
