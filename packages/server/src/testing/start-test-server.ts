import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { createLog } from '../log/log.ts'
import { openRegistry } from '../registry/open-registry.ts'
import type { KeyKind } from '../registry/registry.ts'
import { startServer, type StartOptions } from '../start-server.ts'

// Each server syncs to a real disk, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** What `fetch` takes as a body. */
export type Body = NonNullable<RequestInit['body']>

/** A test does its clients' work in the same process, so that the loop's lag says nothing of the server. */
const NEVER_LATE = { read: () => 0, stop: () => undefined }

/** A real server on a folder of its own, which ends with the test. */
export interface TestServer {
  readonly url: string
  /** Where the first owner is made; `null` when there is somebody. */
  readonly setUpUrl: string | null
  readonly dataDir: string
  /** Lines of the log so far. */
  readonly log: readonly string[]
  /** Everything acknowledged is in answers once this resolves. */
  drain(): Promise<void>
  /** Stops the server and leaves its folder until the test ends. */
  stop(): Promise<void>
  /** A new key of a kind, for the project of that name. */
  key(kind: KeyKind, project?: string): Promise<string>
  /** Sends a batch and has it in answers; again while a server on a busy machine asks senders to wait, as they do. */
  deliver(batch: object, key: string): Promise<void>
  get(path: string, key?: string): Promise<Response>
  post(path: string, body: Body, headers?: Record<string, string>): Promise<Response>
}

export async function startTestServer(options: StartOptions = {}): Promise<TestServer> {
  const dataDir = options.data ?? (await mkdtemp(join(tmpdir(), 'wayside-')))
  const log: string[] = []
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const server = await startServer({
    port: 0,
    log: createLog('debug', (line) => log.push(line)),
    loopLag: NEVER_LATE,
    ...options,
    data: dataDir,
  })
  onTestFinished(() => server.close())
  return {
    url: server.url,
    setUpUrl: server.setUpUrl,
    dataDir,
    log,
    drain: () => server.drain(),
    stop: () => server.close(),
    async key(kind, project = 'shop') {
      const registry = await openRegistry({ ...options, data: dataDir })
      try {
        const { id } = (await registry.findProject(project)) ?? (await registry.createProject({ name: project }))
        return (await registry.createKey(id, kind)).key
      } finally {
        await registry.close()
      }
    },
    async deliver(batch, key) {
      const body = JSON.stringify(batch)
      const answer = await vi.waitFor(
        async () => {
          const answer = await fetch(`${server.url}/api/v1/events`, { method: 'POST', body, headers: { authorization: `Bearer ${key}` } })
          if (answer.status === 429 || answer.status === 503) throw new Error(await answer.text())
          return answer
        },
        { timeout: 60_000, interval: 200 },
      )
      if (!answer.ok) throw new Error(await answer.text())
      await server.drain()
    },
    get: (path, key) =>
      fetch(`${server.url}${path}`, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } }),
    post: (path, body, headers = {}) => fetch(`${server.url}${path}`, { method: 'POST', body, headers }),
  }
}
