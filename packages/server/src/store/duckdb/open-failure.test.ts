import { expect, test } from 'vitest'
import { NewerSchema } from './migrations.ts'
import { toOpenFailure, type OpenFailure } from './open-failure.ts'

/** What the engine says, and what we do then. */
const MESSAGES: readonly (readonly [OpenFailure, string])[] = [
  ['foreign', 'IO Error: Could not set lock on file "/data/events.duckdb": Conflicting lock is held in node (PID 17)'],
  ['foreign', 'IO Error: Trying to read a database file with version number 99, but we can only read versions between 64 and 68.'],
  ['foreign', 'IO Error: Cannot open file "/data/events.duckdb": Permission denied'],
  ['passing', 'IO Error: Could not write file "/data/events.duckdb": No space left on device'],
  ['passing', 'IO Error: Cannot open file "/data/events.duckdb": Too many open files'],
  ['damaged', 'IO Error: The file "/data/events.duckdb" exists, but it is not a valid DuckDB database file!'],
  ['damaged', 'IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 0'],
  ['damaged', 'IO Error: Could not read enough bytes from file "/data/events.duckdb": attempted to read 3996 bytes from location 100'],
  ['damaged', 'IO Error: Failure while replaying WAL file "/data/events.duckdb.wal": Corrupt WAL file: entry at byte position 61'],
  ['damaged', 'TransactionContext Error: Failure while replaying WAL file "/data/events.duckdb.wal": Failed to commit: could not allocate block'],
  ['damaged', 'INTERNAL Error: Attempted to access index 3 within vector of size 3'],
]

test.each(MESSAGES)('%s: %s', (failure, message) => {
  expect(toOpenFailure(new Error(message))).toBe(failure)
})

test('a database that a newer server has written is not ours to repair', () => {
  expect(toOpenFailure(new NewerSchema('newer'))).toBe('foreign')
})
