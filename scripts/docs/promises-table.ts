import { linksTo, readNamedTests } from './named-tests.ts'

interface Promised {
  /** What the tests that show it are named after. */
  readonly situation: string
  readonly lost: string
  readonly yourApp: string
}

const promise = (situation: string, lost: string, yourApp: string): Promised => ({ situation, lost, yourApp })

/** What Wayside promises, each with tests named after it. Nothing is ever stored twice, so that needs no column. */
const PROMISES: readonly Promised[] = [
  promise('natural exit, spool off', '0 with a healthy server; with a dead one what waits, up to about a second of traffic', 'held for the delivery, with a dead server for 1.2 s at most'),
  promise('natural exit, process.exit and uncaught, spool overflow', '0', '50 ms at most for `process.exit` and errors; a natural exit as above'),
  promise('process.exit and uncaught, spool off', '0 where a connection is open and idle, as it is after the first batch; else what waits: about a second of traffic', 'not held'),
  promise('signals, spool off', 'what waits: about a second of traffic', 'not held'),
  promise('a signal with flushOnSignals', '0 with a healthy server or the spool', 'ends by the signal within 2 s; beside listeners of your own you decide'),
  promise('close() at the end of an app', '0 with a healthy server or the spool', '2 s at most; Fastify and Nest call it for you'),
  promise('kill -9 of the app, spool always', 'what was captured in the last 100 ms', 'nothing to notice'),
  promise('server down for less than 10 minutes', '0 within 16 MiB of compressed batches', '32 MiB of memory at most'),
  promise('server down, more than fits', 'details of the events that were shed; how many, of which endpoint and status, how slow: exact', 'the same'),
  promise('server down for less than 72 hours, spool overflow', '0 within the bound of the spool', 'the disk space that you gave'),
  promise('an acknowledgement is lost', '0', 'nothing to notice'),
  promise('kill -9 of the server', '0 acknowledged events', 'nothing to notice'),
  promise('power loss of the server', '0 acknowledged events: they were synced', 'nothing to notice'),
  promise('disk full at the server', '0 acknowledged events; senders are told to wait', 'nothing to notice'),
]

/** The promise table. A promise that no test is named after stops the build. */
export function promisesTable(): string {
  const tests = readNamedTests()
  const rows = PROMISES.map(({ situation, lost, yourApp }) => {
    const files = tests.filesOf(`promise: ${situation}`)
    if (files.size === 0) throw new Error(`no test is named after "promise: ${situation}"`)
    return `| ${situation} | ${lost} | ${yourApp} | ${linksTo(files)} |`
  })
  return ['| situation | lost | your app | shown by |', '|---|---|---|---|', ...rows].join('\n')
}
