import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Counts openings of the database from which the process did not come back: the engine can end it. */
export interface OpeningCount {
  /** Counts one more, on disk, and returns how many before it did not come back. */
  begin(): number
  /** The opening came back, with whatever result. */
  end(): void
}

export function createOpeningCount(dataDir: string): OpeningCount {
  const path = join(dataDir, 'opening')
  return {
    begin() {
      const before = readCount(path)
      try {
        writeFileSync(path, String(before + 1), { mode: 0o600 })
      } catch {
        // A disk without room for one digit: the opening itself will say so.
      }
      return before
    },
    end: () => rmSync(path, { force: true }),
  }
}

function readCount(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0
  } catch {
    return 0 // None has been counted.
  }
}
