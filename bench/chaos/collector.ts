import { type ServerProcess, startServerProcess } from '../ingest/server-process.ts'

/** A real collector at one address, which is killed and comes back with the same data. */
export interface Collector {
  readonly url: string
  start(): Promise<void>
  kill(): Promise<void>
  stop(): Promise<void>
  pause(): void
  resume(): void
}

/** With so little room left it tells senders to wait; its default is more than a small disk has. */
const MIN_FREE_MIB = '16'

export async function startCollector(dataDir: string): Promise<Collector> {
  let server: ServerProcess = await startServerProcess(dataDir, 0, '--min-free-mib', MIN_FREE_MIB)
  const { url } = server
  return {
    url,
    async start() {
      server = await startServerProcess(dataDir, Number(new URL(url).port), '--min-free-mib', MIN_FREE_MIB)
    },
    kill: () => server.kill(),
    stop: () => server.stop(),
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
  }
}
