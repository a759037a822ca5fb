import { closeSync, constants, mkdirSync, openSync, statfsSync, writeSync } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rmdir, statfs, unlink, utimes } from 'node:fs/promises'

/** The part of `node:fs` that the spool uses. What is synchronous runs only while the process exits. */
export interface SpoolFiles {
  /** Resolves with the first folder that had to be made, if it is recursive. */
  mkdir(path: string, options: { readonly recursive: boolean; readonly mode: number }): Promise<string | undefined>
  lstat(path: string): Promise<FileStatus>
  readdir(path: string): Promise<string[]>
  open(path: string, flags: number, mode?: number): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  rmdir(path: string): Promise<void>
  /** Times in seconds. */
  utimes(path: string, accessedAt: number, modifiedAt: number): Promise<void>
  statfs(path: string): Promise<DiskStatus>
  mkdirSync(path: string, options: { readonly recursive: boolean; readonly mode: number }): unknown
  openSync(path: string, flags: number, mode: number): number
  writeSync(descriptor: number, bytes: Uint8Array, offset: number): number
  closeSync(descriptor: number): void
  statfsSync(path: string): DiskStatus
}

export interface OpenFile {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>
  write(bytes: Uint8Array, offset: number, length: number, position: number | null): Promise<{ readonly bytesWritten: number }>
  stat(): Promise<FileStatus>
  sync(): Promise<void>
  datasync(): Promise<void>
  close(): Promise<void>
}

export interface FileStatus {
  readonly mode: number
  readonly uid: number
  readonly size: number
  readonly mtimeMs: number
  isFile(): boolean
  isDirectory(): boolean
}

export interface DiskStatus {
  readonly bsize: number
  readonly blocks: number
  readonly bavail: number
}

export const NODE_FILES: SpoolFiles = {
  mkdir,
  lstat,
  readdir,
  open,
  rename,
  unlink,
  rmdir,
  utimes,
  statfs,
  mkdirSync,
  openSync,
  writeSync,
  closeSync,
  statfsSync,
}

/** Windows has no such flag, and its links need a privilege to be made. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0

export const READ_FLAGS = constants.O_RDONLY | NO_FOLLOW
/** A new file of our own: a name that exists already is an error. */
export const CREATE_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW
export const APPEND_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | NO_FOLLOW

export const FILE_MODE = 0o600
export const FOLDER_MODE = 0o700

/** What the system says is wrong, such as `ENOSPC`; `null` when it is no such error. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Writes all of it; a write may take less than it is given. */
export async function writeWhole(file: OpenFile, bytes: Uint8Array, position: number | null): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, position === null ? null : position + done)
    done += bytesWritten
  }
}

/** Fills `into` from `position`; returns the bytes read, fewer only at the end of the file. */
export async function readWhole(file: OpenFile, into: Uint8Array, position: number): Promise<number> {
  let done = 0
  while (done < into.byteLength) {
    const { bytesRead } = await file.read(into, done, into.byteLength - done, position + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return done
}

/** Makes names in a folder, created, renamed or removed, survive a power cut, where the system can. */
export async function syncFolder(files: SpoolFiles, path: string): Promise<void> {
  let folder: OpenFile | null = null
  try {
    folder = await files.open(path, constants.O_RDONLY)
    await folder.sync()
  } catch (error) {
    if (!UNSYNCABLE.has(errorCode(error) ?? '')) throw error
  } finally {
    await folder?.close()
  }
}

/** How systems say that folders cannot be synced, Windows among them, or that this one is not ours to open. */
const UNSYNCABLE = new Set(['EISDIR', 'EACCES', 'EPERM', 'EINVAL', 'ENOTSUP', 'ENOSYS', 'EBADF'])

/** Removes a file; one that is gone already is fine. */
export async function unlinkIfThere(files: SpoolFiles, path: string): Promise<void> {
  try {
    await files.unlink(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

/** The size of a file; `null` when it is not there. */
export async function fileBytes(files: SpoolFiles, path: string): Promise<number | null> {
  try {
    return (await files.lstat(path)).size
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    return null
  }
}
