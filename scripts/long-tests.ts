/**
 * Test files that take from 25 seconds to minutes on two cores: processes that are killed, faults with their waiting times,
 * and engines that answer thousands of random questions. `npm test` leaves them to `npm test -- --long`; CI runs both.
 */
export const LONG_TESTS: readonly string[] = [
  'bench/chaos/run-chaos.test.ts',
  'packages/core/test/endings.test.ts',
  'packages/core/test/faults.test.ts',
  'packages/core/test/receivers/exit.test.ts',
  'packages/nestjs/test/contract.test.ts',
  'packages/server/src/cli/cli.test.ts',
  'packages/server/src/store/clickhouse/clickhouse-query.test.ts',
  'packages/server/src/store/duckdb/duckdb-store.test.ts',
  'packages/server/src/store/duckdb/query/query.test.ts',
  'packages/server/test/crash.test.ts',
  'packages/server/test/export-crash.test.ts',
  'packages/server/test/hostile-connections.test.ts',
]

/** Quick ones that ask more with `--long`: random questions about random requests. */
export const MORE_QUESTIONS: readonly string[] = ['packages/server/src/store/query.test.ts']
