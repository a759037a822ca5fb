import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process that answers as a ClickHouse server does. */
export interface ChdbServer {
  readonly url: string
  /** Lets it end by itself; the data stays. */
  stop(): Promise<void>
  /** Ends it where it stands, as a crash does. */
  kill(): Promise<void>
}

/** Starts ClickHouse's engine behind HTTP on loopback, with its data in a folder that no other process uses. */
export async function startChdb(dataDir: string): Promise<ChdbServer> {
  const child = fork(fileURLToPath(new URL('./chdb-server.ts', import.meta.url)), [dataDir], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [port] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => Promise.reject(new Error(`chDB ended with ${String(code)} before it served`)))])) as [number]
  const gone = once(child, 'exit')
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.send('stop')
      await gone
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
