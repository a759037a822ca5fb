import { constants } from 'node:fs'
import { basename, dirname } from 'node:path'
import { createDiskCalls, fsError } from './disk-calls.ts'
import { createSimulatedDisk, type DiskNode, type FileNode } from './simulated-disk.ts'

/** A disk in memory whose calls can fail, stop halfway and lose what was not synced. */
export interface FailingFs {
  /** Bytes that all files together may take; a write beyond fails with ENOSPC, after what still fits. */
  capacityBytes: number
  /** The file system as one process sees it, with the functions and the errors of `node:fs`. */
  startProcess(options?: { readonly uid?: number; readonly fault?: FaultPlan }): ProcessFs
  /** Every process has stopped; what was not synced is kept or lost, or kept in part, as `random` says. */
  cutPower(random: () => number): void
  /** All files by path. */
  files(): Map<string, Buffer>
  /** Changes a file behind everybody's back. */
  replace(path: string, change: (bytes: Buffer) => Buffer): void
  /** Puts something where a process did not. */
  plant(path: string, node: { readonly link: string } | { readonly folder: true; readonly mode?: number; readonly uid?: number } | { readonly file: Uint8Array }): void
}

/** One call that a process makes. */
export interface FsCall {
  /** Counted from 1, over all calls of the process. */
  readonly ordinal: number
  /** `open`, `write`, `datasync`, … */
  readonly name: string
  readonly path: string
}

/**
 * What becomes of a call: an error code such as `ENOSPC`; `stop_before` or `stop_after` for a process that dies there,
 * so that neither this call nor a later one ever returns; `null` for one that works.
 */
export type FaultPlan = (call: FsCall) => string | null

export interface FsStatus {
  readonly mode: number
  readonly uid: number
  readonly size: number
  readonly mtimeMs: number
  isFile(): boolean
  isDirectory(): boolean
}

export interface FsHandle {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>
  write(bytes: Uint8Array, offset: number, length: number, position: number | null): Promise<{ bytesWritten: number }>
  stat(): Promise<FsStatus>
  sync(): Promise<void>
  datasync(): Promise<void>
  close(): Promise<void>
}

interface DiskSpace {
  readonly bsize: number
  readonly blocks: number
  readonly bavail: number
}

export interface ProcessFs {
  /** The calls so far. */
  readonly calls: readonly FsCall[]
  /** Files that are open. */
  readonly openFiles: number
  /** The process is gone: nothing that it still waits for returns. */
  stop(): void
  mkdir(path: string, options: { readonly recursive: boolean; readonly mode: number }): Promise<string | undefined>
  lstat(path: string): Promise<FsStatus>
  readdir(path: string): Promise<string[]>
  open(path: string, flags: number, mode?: number): Promise<FsHandle>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  rmdir(path: string): Promise<void>
  utimes(path: string, accessedAt: number, modifiedAt: number): Promise<void>
  statfs(path: string): Promise<DiskSpace>
  mkdirSync(path: string, options: { readonly recursive: boolean; readonly mode: number }): void
  openSync(path: string, flags: number, mode: number): number
  writeSync(descriptor: number, bytes: Uint8Array, offset: number): number
  closeSync(descriptor: number): void
  statfsSync(path: string): DiskSpace
}

const BLOCK_BYTES = 4_096

/** `now` is what files get as their time, milliseconds since 1970. */
export function createFailingFs(now: () => number = Date.now): FailingFs {
  const disk = createSimulatedDisk(now)
  const { find, folderAt, makeFolder, openNode, write, remove, rename } = createDiskCalls(disk)
  let processes: ProcessFs[] = []

  function startProcess({ uid = 0, fault = () => null }: { readonly uid?: number; readonly fault?: FaultPlan } = {}): ProcessFs {
    const calls: FsCall[] = []
    const descriptors = new Map<number, { readonly file: FileNode; readonly path: string; position: number }>()
    const handles = new Set<FsHandle>()
    let stopped = false
    let nextDescriptor = 3

    /** A process that has stopped gets no answer, so that nothing after the call runs. */
    async function call<T>(name: string, path: string, work: () => T): Promise<T> {
      await Promise.resolve()
      if (stopped) return new Promise<T>(() => undefined)
      const made = { ordinal: calls.length + 1, name, path }
      calls.push(made)
      const fate = fault(made)
      if (fate === 'stop_before' || fate === 'stop_after') stopped = true
      else if (fate !== null) throw fsError(fate, path)
      const result = fate === 'stop_before' ? null : work()
      return stopped || result === null ? new Promise<T>(() => undefined) : result
    }

    function callSync<T>(name: string, path: string, work: () => T): T {
      const made = { ordinal: calls.length + 1, name, path }
      calls.push(made)
      const fate = fault(made)
      if (fate !== null) throw fsError(fate, path)
      return work()
    }

    function handleOf(node: DiskNode, path: string, append: boolean): FsHandle {
      const fileOnly = () => {
        if (node.kind !== 'file') throw fsError('EISDIR', path)
        return node
      }
      const handle: FsHandle = {
        read: (into, offset, length, position) =>
          call('read', path, () => ({ bytesRead: fileOnly().bytes.copy(into, offset, Math.min(position, fileOnly().bytes.length), position + length) })),
        write: (bytes, offset, length, position) =>
          call('write', path, () => {
            const end = fileOnly().bytes.length
            return { bytesWritten: write(fileOnly(), bytes.subarray(offset, offset + length), append || position === null ? end : position, path) }
          }),
        stat: () => call('stat', path, () => statusOf(node)),
        sync: () => call('sync', path, () => (node.kind === 'folder' ? disk.syncFolder(node) : disk.syncFile(fileOnly()))),
        datasync: () => call('datasync', path, () => disk.syncFile(fileOnly())),
        // As on a real disk, a file is closed even when that reports an error.
        close: () => (handles.delete(handle), call('close', path, () => undefined)),
      }
      handles.add(handle)
      return handle
    }

    function space(): DiskSpace {
      const blocks = Math.floor(disk.capacityBytes / BLOCK_BYTES)
      return { bsize: BLOCK_BYTES, blocks, bavail: Math.max(0, blocks - Math.ceil(disk.usedBytes() / BLOCK_BYTES)) }
    }

    function descriptor(number: number) {
      const open = descriptors.get(number)
      if (open === undefined) throw fsError('EBADF', String(number))
      return open
    }

    const view: ProcessFs = {
      calls,
      get openFiles() {
        return handles.size + descriptors.size
      },
      stop: () => void (stopped = true),
      mkdir: (path, { recursive, mode }) => call('mkdir', path, () => makeFolder(path, recursive, mode, uid)),
      lstat: (path) => call('lstat', path, () => statusOf(find(path))),
      readdir: (path) => call('readdir', path, () => [...folderAt(path).entries.keys()]),
      open: (path, flags, mode = 0o666) => call('open', path, () => handleOf(openNode(path, flags, mode, uid), path, (flags & constants.O_APPEND) !== 0)),
      rename: (from, to) => call('rename', from, () => rename(from, to)),
      unlink: (path) => call('unlink', path, () => remove(path, 'file')),
      rmdir: (path) => call('rmdir', path, () => remove(path, 'folder')),
      utimes: (path, _, modifiedAt) => call('utimes', path, () => void (find(path).modifiedMs = modifiedAt * 1_000)),
      statfs: (path) => call('statfs', path, space),
      mkdirSync: (path, { recursive, mode }) => callSync('mkdirSync', path, () => void makeFolder(path, recursive, mode, uid)),
      openSync: (path, flags, mode) =>
        callSync('openSync', path, () => {
          const file = openNode(path, flags, mode, uid)
          if (file.kind !== 'file') throw fsError('EISDIR', path)
          descriptors.set(nextDescriptor, { file, path, position: 0 })
          return nextDescriptor++
        }),
      writeSync(number, bytes, offset) {
        const open = descriptor(number)
        return callSync('writeSync', open.path, () => {
          const written = write(open.file, bytes.subarray(offset), open.position, open.path)
          open.position += written
          return written
        })
      },
      closeSync(number) {
        const { path } = descriptor(number)
        descriptors.delete(number)
        callSync('closeSync', path, () => undefined)
      },
      statfsSync: (path) => callSync('statfsSync', path, space),
    }
    processes.push(view)
    return view
  }

  return {
    get capacityBytes() {
      return disk.capacityBytes
    },
    set capacityBytes(bytes) {
      disk.capacityBytes = bytes
    },
    startProcess,
    cutPower(random) {
      for (const each of processes) each.stop()
      processes = []
      disk.cutPower(random)
    },
    files() {
      const found = new Map<string, Buffer>()
      collect(disk.root, '', found)
      return found
    },
    replace(path, change) {
      const node = find(path)
      if (node.kind !== 'file') throw fsError('EISDIR', path)
      node.bytes = change(Buffer.from(node.bytes))
    },
    plant(path, node) {
      const parent = folderAt(dirname(path))
      if ('link' in node) disk.link(basename(path), parent, { kind: 'link', uid: 0, mode: 0o777, modifiedMs: 0, target: node.link })
      else if ('folder' in node) disk.createFolder(basename(path), parent, { uid: node.uid ?? 0, mode: node.mode ?? 0o700 })
      else disk.write(disk.createFile(basename(path), parent, { uid: 0, mode: 0o600 }), node.file, 0)
    },
  }
}

function statusOf(node: DiskNode): FsStatus {
  const { kind, uid, mode, modifiedMs } = node
  const size = kind === 'file' ? node.bytes.length : 0
  return { uid, mode, size, mtimeMs: modifiedMs, isFile: () => kind === 'file', isDirectory: () => kind === 'folder' }
}

function collect(node: DiskNode, path: string, found: Map<string, Buffer>): void {
  if (node.kind === 'file') found.set(path, Buffer.from(node.bytes))
  else if (node.kind === 'folder') for (const [name, child] of node.entries) collect(child, `${path}/${name}`, found)
}
