import { hasRoom } from './disk-room.ts'
import { createSegment, segmentPath, type Segment } from './segment.ts'
import { CREATE_FLAGS, FILE_MODE, FOLDER_MODE, syncFolder, writeWhole, type OpenFile, type SpoolFiles } from './spool-files.ts'

/** Writes this process's segments, one after the other, in a folder of its own. */
export interface SegmentWriter {
  /** The segment that is being written. */
  readonly active: Segment | null
  /** Whether so many bytes still go into it. */
  fits(bytes: number): boolean
  /** Starts a segment; rejects when too little of the disk would stay free. */
  begin(): Promise<Segment>
  /** Writes behind what the active segment counts; the caller counts it when that is done. */
  write(bytes: Uint8Array): Promise<void>
  /** Ends the active segment, and returns it. What a failed write has left behind it is no part of it. */
  seal(): Promise<Segment | null>
  /** A segment for the exit of the process, whose file the caller makes. */
  createForExit(): Segment
}

export interface SegmentWriterOptions {
  readonly files: SpoolFiles
  /** Where the folder is. */
  readonly root: string
  readonly folder: string
  readonly producerId: string
  readonly segmentBytes: number
  readonly fsync: boolean
  readonly now: () => number
  readonly monotonicMs: () => number
}

export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { files, root, folder, producerId, segmentBytes, fsync, now, monotonicMs } = options
  let active: { readonly segment: Segment; readonly file: OpenFile } | null = null
  let segments = 0
  const next = () => createSegment(folder, producerId, segments++, now(), monotonicMs())

  return {
    get active() {
      return active?.segment ?? null
    },
    fits: (bytes) => active !== null && active.segment.bytes + bytes <= segmentBytes,
    async begin() {
      if (!hasRoom(await files.statfs(root), segmentBytes)) throw new Error('10 % and 256 MiB of its disk must stay free')
      // Each time: somebody may have cleaned up.
      const made = await files.mkdir(folder, { recursive: true, mode: FOLDER_MODE })
      if (made !== undefined) await syncFolder(files, root)
      const segment = next()
      active = { segment, file: await files.open(segmentPath(segment), CREATE_FLAGS, FILE_MODE) }
      await syncFolder(files, folder)
      return segment
    },
    async write(bytes) {
      if (active === null) return
      await writeWhole(active.file, bytes, active.segment.bytes)
      if (fsync) await active.file.datasync()
    },
    async seal() {
      if (active === null) return null
      const { segment, file } = active
      active = null
      segment.open = false
      await file.close()
      return segment
    },
    createForExit() {
      files.mkdirSync(folder, { recursive: true, mode: FOLDER_MODE })
      return next()
    },
  }
}
