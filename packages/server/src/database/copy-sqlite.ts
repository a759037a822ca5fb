import { DatabaseSync, backup } from 'node:sqlite'

/** Pages copied at a time: all, since a write of another process in between would make the copy begin anew. */
const ALL_PAGES = 1_000_000_000

/** Copies a database as it is at one instant, whoever works with it meanwhile. The copy must not exist. */
export async function copySqlite(path: string, to: string): Promise<void> {
  const source = new DatabaseSync(path, { readOnly: true })
  try {
    await backup(source, to, { rate: ALL_PAGES })
  } finally {
    source.close()
  }
}
