import { constants } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { DiskNode, FileNode, FolderNode, SimulatedDisk } from './simulated-disk.ts'

/** What system calls do to a simulated disk, with the errors that they give. */
export interface DiskCalls {
  find(path: string): DiskNode
  folderAt(path: string): FolderNode
  /** The first folder that had to be made. */
  makeFolder(path: string, recursive: boolean, mode: number, uid: number): string | undefined
  openNode(path: string, flags: number, mode: number, uid: number): DiskNode
  /** Writes what fits, which may be less than all. */
  write(file: FileNode, bytes: Uint8Array, position: number, path: string): number
  remove(path: string, kind: 'file' | 'folder'): void
  rename(from: string, to: string): void
}

export function createDiskCalls(disk: SimulatedDisk): DiskCalls {
  function find(path: string): DiskNode {
    let node: DiskNode = disk.root
    for (const name of partsOf(path)) {
      const next: DiskNode | undefined = node.kind === 'folder' ? node.entries.get(name) : undefined
      if (next === undefined) throw fsError('ENOENT', path)
      node = next
    }
    return node
  }

  function folderAt(path: string): FolderNode {
    const node = find(path)
    if (node.kind !== 'folder') throw fsError('ENOTDIR', path)
    return node
  }

  function makeFolder(path: string, recursive: boolean, mode: number, uid: number): string | undefined {
    const parts = partsOf(path)
    let firstMade: string | undefined
    parts.forEach((name, depth) => {
      const parent = folderAt(`/${parts.slice(0, depth).join('/')}`)
      const there = parent.entries.get(name)
      const isLast = depth === parts.length - 1
      if (there === undefined && (recursive || isLast)) {
        disk.createFolder(name, parent, { uid, mode })
        firstMade ??= `/${parts.slice(0, depth + 1).join('/')}`
      } else if (isLast && (!recursive || there?.kind === 'file')) throw fsError('EEXIST', path)
    })
    return firstMade
  }

  function openNode(path: string, flags: number, mode: number, uid: number): DiskNode {
    const parent = folderAt(dirname(path))
    const there = path === '/' ? disk.root : parent.entries.get(basename(path))
    if (there?.kind === 'link') throw fsError('ELOOP', path)
    if (there !== undefined && (flags & constants.O_EXCL) !== 0) throw fsError('EEXIST', path)
    if (there !== undefined) return there
    if ((flags & constants.O_CREAT) === 0) throw fsError('ENOENT', path)
    return disk.createFile(basename(path), parent, { uid, mode })
  }

  function write(file: FileNode, bytes: Uint8Array, position: number, path: string): number {
    const room = disk.capacityBytes - disk.usedBytes()
    if (room <= 0 && bytes.length > 0) throw fsError('ENOSPC', path)
    const fitting = bytes.subarray(0, room)
    disk.write(file, fitting, position)
    return fitting.length
  }

  function remove(path: string, kind: 'file' | 'folder'): void {
    const node = find(path)
    if (node.kind === 'folder' && kind !== 'folder') throw fsError('EISDIR', path)
    if (node.kind !== 'folder' && kind === 'folder') throw fsError('ENOTDIR', path)
    if (node.kind === 'folder' && node.entries.size > 0) throw fsError('ENOTEMPTY', path)
    disk.unlink(basename(path), folderAt(dirname(path)))
  }

  function rename(from: string, to: string): void {
    find(from)
    const target = folderAt(dirname(to)).entries.get(basename(to))
    if (target?.kind === 'folder' && target.entries.size > 0) throw fsError('ENOTEMPTY', to)
    disk.rename(basename(from), folderAt(dirname(from)), basename(to), folderAt(dirname(to)))
  }

  return { find, folderAt, makeFolder, openNode, write, remove, rename }
}

/** An error as `node:fs` gives it. */
export function fsError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}
