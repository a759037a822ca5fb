import { readMark, type JournalMark } from './read-mark.ts'
import { readWhole } from './read-whole.ts'

/** Reads every row of a copied database, and with it the checksum of every block. Rejects when it is not as expected. */
export async function verifySnapshot(path: string, expected: JournalMark): Promise<void> {
  const { segment } = await readWhole(path, readMark)
  if (segment !== expected.segment) throw new Error(`the snapshot in ${path} ends at journal segment ${segment} in place of ${expected.segment}`)
}
