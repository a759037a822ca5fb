import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { readRequests } from '../read-requests.ts'
import type { Protocol } from './protocols.ts'

/** Where a measured SDK sends its events. */
export interface Collector {
  readonly url: string
  readonly key: string
  /** How many copies it holds of each event, by number. */
  counts(): Promise<ReadonlyMap<number, number>>
  close(): Promise<void>
}

/**
 * A server on loopback that takes a peer's requests as its own would, and holds every copy that it acknowledges. It
 * syncs each request to a file before it answers, so that a peer waits for the disk as we do.
 */
export async function startPeerCollector({ readNumbers, answer }: Protocol, path: string): Promise<Collector> {
  const journal = await open(path, 'a')
  const bodies: Buffer[] = []
  const counts = new Map<number, number>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    await journal.write(body)
    await journal.datasync()
    // Counted later, so that the answer does not wait for it.
    bodies.push(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: 'benchkey',
    counts() {
      for (const body of bodies.splice(0)) for (const number of readNumbers(body.toString())) counts.set(number, (counts.get(number) ?? 0) + 1)
      return Promise.resolve(counts)
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await journal.close()
    },
  }
}

/** A new project of a running `wayside` server; its events are read back through the data API. */
export async function openWaysideProject(serverUrl: string): Promise<Collector> {
  const generated = await fetch(`${serverUrl}/api/generate`, { method: 'POST' })
  const key = String(await generated.json())
  return {
    url: serverUrl,
    key,
    async counts() {
      const counts = new Map<number, number>()
      for await (const { path } of readRequests(serverUrl, key)) {
        const number = Number(path.slice(path.lastIndexOf('/') + 1))
        counts.set(number, (counts.get(number) ?? 0) + 1)
      }
      return counts
    },
    close: () => Promise.resolve(),
  }
}
