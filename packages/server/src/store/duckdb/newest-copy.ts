import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { NO_FAILPOINTS } from '../../failpoints.ts'
import { DATABASE_NAME } from './database.ts'
import { openDaysFolder } from './days-folder.ts'
import { openSnapshotsFolder } from './snapshots-folder.ts'

/** The newest copy of a store that is whole on disk, while a server works on the data folder or not. */
export interface StoreCopy {
  /** The last journal segment that is in it. */
  readonly segment: number
  /** What it consists of, as paths in the data folder. Files that never change; a newer copy may remove them. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
  /** Which of them has to be put where for a server to begin with it. */
  readonly places: readonly { readonly path: string; readonly as: string }[]
}

/** `null` before the first: then the journal holds all. */
export async function findNewestCopy(dataDir: string): Promise<StoreCopy | null> {
  const [snapshot] = await (await openSnapshotsFolder(join(dataDir, 'snapshots'), NO_FAILPOINTS)).list()
  if (snapshot === undefined) return null
  const folder = `snapshots/${basename(snapshot.folder)}`
  const others = (await readdir(snapshot.folder)).filter((name) => name !== DATABASE_NAME)
  return {
    segment: snapshot.segment,
    files: [
      ...snapshot.dayFiles.map(({ name, bytes }) => ({ path: `days/${name}`, bytes })),
      ...others.map((name) => ({ path: `${folder}/${name}`, bytes: 0 })),
      { path: `${folder}/${DATABASE_NAME}`, bytes: snapshot.bytes },
    ],
    places: [{ path: `${folder}/${DATABASE_NAME}`, as: DATABASE_NAME }],
  }
}

/** Whether a data folder has events that only a copy of its store can name. */
export async function hasDays(dataDir: string): Promise<boolean> {
  return !(await (await openDaysFolder(join(dataDir, 'days'), NO_FAILPOINTS)).isEmpty())
}
