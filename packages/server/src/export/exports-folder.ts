import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm, stat, statfs, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../files/sync.ts'

/** Where files are made and kept. Several servers may share one. */
export interface ExportsFolder {
  /** The same for all who have this folder, also under another path. */
  readonly name: string
  /** Of a file that has been made. */
  pathOf(id: string): string
  /** Of one that is being made, for the so-manyth time. */
  draftOf(id: string, attempt: number): string
  /** Bytes of a draft. */
  sizeOf(id: string, attempt: number): Promise<number>
  /** Makes a draft the file, for good. */
  publish(id: string, attempt: number): Promise<void>
  /** Removes a file, and what was begun of it. */
  remove(id: string): Promise<void>
  /** Removes what an attempt has begun. */
  removeDraft(id: string, attempt: number): Promise<void>
  /** Removes what attempts have begun, but for the one under way; `null` keeps none. */
  removeDrafts(id: string, but: number | null): Promise<void>
  /** The ids of all files, and of what was begun. */
  list(): Promise<ReadonlySet<string>>
  freeBytes(): Promise<number>
}

const NAME_FILE = 'folder-name'
const FILE = /^([0-9a-f-]{36})(?:\.(\d+)\.draft(?:\..*)?)?$/

/** Opens the folder, which is made when absent. What others have put there stays. */
export async function openExportsFolder(folder: string): Promise<ExportsFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pathOf = (id: string) => join(folder, id)
  const draftOf = (id: string, attempt: number) => join(folder, `${id}.${attempt}.draft`)
  const names = async () => (await readdir(folder)).flatMap((name) => {
    const [, id, attempt] = FILE.exec(name) ?? []
    return id === undefined ? [] : [{ name, id, attempt: attempt === undefined ? null : Number(attempt) }]
  })
  const removeWhere = async (goes: (file: { readonly id: string; readonly attempt: number | null }) => boolean) => {
    for (const file of await names()) if (goes(file)) await rm(join(folder, file.name), { recursive: true, force: true })
  }
  return {
    name: await readName(folder),
    pathOf,
    draftOf,
    sizeOf: async (id, attempt) => (await stat(draftOf(id, attempt))).size,
    async publish(id, attempt) {
      await rename(draftOf(id, attempt), pathOf(id))
      await syncFolder(folder)
    },
    remove: (id) => removeWhere((file) => file.id === id),
    removeDraft: (id, attempt) => removeWhere((file) => file.id === id && file.attempt === attempt),
    removeDrafts: (id, but) => removeWhere((file) => file.id === id && file.attempt !== null && file.attempt !== but),
    list: async () => new Set((await names()).map(({ id }) => id)),
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
  }
}

/** Of two servers that open a new folder at once, one names it. */
async function readName(folder: string): Promise<string> {
  const path = join(folder, NAME_FILE)
  const draft = join(folder, `${NAME_FILE}.${randomUUID()}`)
  try {
    await writeFile(draft, randomUUID(), { mode: 0o600 })
    await link(draft, path).catch((error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? undefined : Promise.reject(error)))
    return (await readFile(path, 'utf8')).trim()
  } finally {
    await unlink(draft).catch(() => undefined)
  }
}
