/**
 * The state of a disk in memory: what programs see, and what would be left after a power cut. File contents survive by
 * their own sync, names by a sync of their folder, as POSIX promises and no more.
 */
export interface SimulatedDisk {
  readonly root: FolderNode
  /** Bytes that files may take together. */
  capacityBytes: number
  usedBytes(): number
  createFile(name: string, parent: FolderNode, owner: Owner): FileNode
  createFolder(name: string, parent: FolderNode, owner: Owner): FolderNode
  link(name: string, parent: FolderNode, node: DiskNode): void
  unlink(name: string, parent: FolderNode): void
  rename(from: string, fromParent: FolderNode, to: string, toParent: FolderNode): void
  write(file: FileNode, bytes: Uint8Array, position: number): void
  syncFile(file: FileNode): void
  syncFolder(folder: FolderNode): void
  /** Keeps of what was not synced a random part: any names, any writes, any beginning of a write. */
  cutPower(random: () => number): void
}

export type DiskNode = FileNode | FolderNode | LinkNode

export interface Owner {
  readonly uid: number
  readonly mode: number
}

interface NodeBase extends Owner {
  modifiedMs: number
}

export interface FileNode extends NodeBase {
  readonly kind: 'file'
  bytes: Buffer
  /** What is left after a power cut. */
  kept: Buffer
  unsynced: { readonly bytes: Buffer; readonly position: number }[]
}

export interface FolderNode extends NodeBase {
  readonly kind: 'folder'
  readonly entries: Map<string, DiskNode>
  /** The names that are left after a power cut. */
  readonly kept: Map<string, DiskNode>
}

export interface LinkNode extends NodeBase {
  readonly kind: 'link'
  readonly target: string
}

interface NameChange {
  readonly folders: readonly FolderNode[]
  /** Makes the change survive. */
  keep(): void
}

export function createSimulatedDisk(now: () => number): SimulatedDisk {
  const root = newFolder({ uid: 0, mode: 0o755 })
  let changes: NameChange[] = []

  function set(folder: FolderNode, name: string, node: DiskNode | null): void {
    put(folder.entries, name, node)
    changes.push({ folders: [folder], keep: () => put(folder.kept, name, node) })
  }

  return {
    root,
    capacityBytes: 1024 ** 3,
    usedBytes: () => sizeOf(root),
    createFile(name, parent, { uid, mode }) {
      const node: FileNode = { kind: 'file', uid, mode, modifiedMs: now(), bytes: Buffer.alloc(0), kept: Buffer.alloc(0), unsynced: [] }
      set(parent, name, node)
      return node
    },
    createFolder(name, parent, owner) {
      const node = newFolder(owner)
      set(parent, name, node)
      return node
    },
    link: (name, parent, node) => set(parent, name, node),
    unlink: (name, parent) => set(parent, name, null),
    rename(from, fromParent, to, toParent) {
      const node = fromParent.entries.get(from) ?? null
      put(fromParent.entries, from, null)
      put(toParent.entries, to, node)
      changes.push({
        folders: [fromParent, toParent],
        keep() {
          put(fromParent.kept, from, null)
          put(toParent.kept, to, node)
        },
      })
    },
    write(file, bytes, position) {
      const copy = Buffer.from(bytes)
      file.bytes = overwrite(file.bytes, copy, position)
      file.unsynced.push({ bytes: copy, position })
      file.modifiedMs = now()
    },
    syncFile(file) {
      file.kept = Buffer.from(file.bytes)
      file.unsynced = []
    },
    syncFolder(folder) {
      for (const change of changes) if (change.folders.includes(folder)) change.keep()
      changes = changes.filter((change) => !change.folders.includes(folder))
    },
    cutPower(random) {
      for (const change of changes) if (random() < 0.5) change.keep()
      changes = []
      restore(root, random)
    },
  }
}

function newFolder({ uid, mode }: Owner): FolderNode {
  return { kind: 'folder', uid, mode, modifiedMs: 0, entries: new Map(), kept: new Map() }
}

function put(entries: Map<string, DiskNode>, name: string, node: DiskNode | null): void {
  if (node === null) entries.delete(name)
  else entries.set(name, node)
}

function overwrite(old: Buffer, bytes: Buffer, position: number): Buffer {
  const next = Buffer.alloc(Math.max(old.length, position + bytes.length))
  old.copy(next)
  bytes.copy(next, position)
  return next
}

function restore(node: DiskNode, random: () => number): void {
  if (node.kind === 'folder') {
    node.entries.clear()
    for (const [name, child] of node.kept) node.entries.set(name, child)
    for (const child of node.entries.values()) restore(child, random)
  } else if (node.kind === 'file') {
    let bytes = node.kept
    for (const each of node.unsynced) {
      const fate = random()
      if (fate < 0.4) bytes = overwrite(bytes, each.bytes, each.position)
      else if (fate < 0.7) bytes = overwrite(bytes, each.bytes.subarray(0, Math.floor(random() * each.bytes.length)), each.position)
    }
    node.bytes = bytes
    node.kept = bytes
    node.unsynced = []
  }
}

function sizeOf(node: DiskNode): number {
  if (node.kind !== 'folder') return node.kind === 'file' ? node.bytes.length : 0
  let bytes = 0
  for (const child of node.entries.values()) bytes += sizeOf(child)
  return bytes
}
