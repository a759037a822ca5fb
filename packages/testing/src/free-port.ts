import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port of loopback on which nothing listened a moment ago, for what has to know its port before it starts. */
export async function takeFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a listener on a port has no port')
  return address.port
}
