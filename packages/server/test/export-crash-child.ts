import process from 'node:process'
import type { FailpointName } from '../src/failpoints.ts'
import { createLog } from '../src/log/log.ts'
import { startServer } from '../src/start-server.ts'

/** What the parent asks for, as JSON in the first argument. */
export interface ExportCrashOrder {
  readonly dataDir: string
  readonly failpoint: FailpointName
  /** Asks for an export of a format with a key; without, the process goes on with what one before has begun. */
  readonly ask: { readonly key: string; readonly format: string } | null
}

// A server that kills itself in the middle of an export.
if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2] ?? '') as ExportCrashOrder)

async function run({ dataDir, failpoint: order, ask }: ExportCrashOrder): Promise<void> {
  const failpoint = (name: FailpointName) => {
    if (name === order) process.kill(process.pid, 'SIGKILL')
  }
  const { url } = await startServer({ data: dataDir, port: 0, failpoint, log: createLog('error', () => undefined) })
  if (ask === null) return
  const headers = { authorization: `Bearer ${ask.key}`, 'content-type': 'application/json' }
  await fetch(`${url}/api/v1/exports`, { method: 'POST', headers, body: JSON.stringify({ format: ask.format, requests: { range: '24h' } }) })
}
