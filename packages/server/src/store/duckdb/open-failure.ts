import { NewerSchema } from './migrations.ts'

/**
 * Why a database cannot be opened: `foreign`, it is fine and not for this server, which must not touch it; `passing`,
 * the machine lacks something at present; `damaged`, all else.
 */
export type OpenFailure = 'foreign' | 'passing' | 'damaged'

const FOREIGN = /could not set lock|conflicting lock|we can only read|permission denied|is a directory/i
const PASSING = /no space left|disk quota|too many open files|read-only file system/i

export function toOpenFailure(error: unknown): OpenFailure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof NewerSchema || FOREIGN.test(message)) return 'foreign'
  return PASSING.test(message) ? 'passing' : 'damaged'
}

/** Why a question found no room for what it keeps meanwhile, for who asked; `null` for other errors. */
export function toLackOfRoom(error: unknown): string | null {
  return error instanceof Error && PASSING.test(error.message) ? 'the question needs temporary files, and the disk is full; ask for a shorter period' : null
}

/**
 * Whether the engine has given up: after an error in a checkpoint, such as a full disk, it refuses everything until the
 * database is opened anew. What was committed is in its write-ahead log.
 */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && (error.message.startsWith('FATAL Error') || error.message.includes('database has been invalidated'))
}

/** Whether the engine has read something that it cannot have written. Opening the database anew does not help. */
export function isCorruption(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Corrupt database file')
}
