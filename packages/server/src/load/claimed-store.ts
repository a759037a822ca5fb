import { readFile, rm, writeFile } from 'node:fs/promises'
import type { JournalSegment } from '../journal/journal-segment.ts'
import { scanSegment } from '../journal/scan-segment.ts'
import type { Claims } from '../registry/claims.ts'
import type { Store } from '../store/store.ts'
import { keepGranted, toWanted, type Granted } from './granted.ts'

/** Who claims: the server's journal, by its name. */
export interface Claimant {
  readonly claims: Claims
  readonly owner: string
}

/**
 * A store that several servers feed: `append` first claims what the segment holds, and leaves out what another server has
 * claimed. A segment that is given again, after whatever end, is given with the same events.
 */
export function createClaimedStore(store: Store, { claims, owner }: Claimant): Store {
  return {
    ...store,
    async append(segment) {
      const { intact, headers } = scanSegment(await readFile(segment.path))
      const wanted = toWanted(headers)
      const ranges = await claims.claim(owner, segment.number, wanted)
      const granted: Granted = wanted.map(({ ranges: asked, ...key }, at) => ({ ...key, asked, ranges: ranges[at] ?? [] }))
      const kept = keepGranted(intact, granted)
      if (kept === null) await store.append(segment)
      else await appendCopy(store, segment, kept)
      await claims.confirm(owner, segment.number)
    },
  }
}

/** The journal removes what is left of a copy when it is opened. */
async function appendCopy(store: Store, segment: JournalSegment, { bytes, events }: { readonly bytes: Buffer; readonly events: number }): Promise<void> {
  const path = `${segment.path}.draft`
  await writeFile(path, bytes, { mode: 0o600 })
  try {
    await store.append({ ...segment, path, bytes: bytes.length, events })
  } finally {
    await rm(path, { force: true })
  }
}
