import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens on a free port of loopback and resolves with it. */
export async function listen(app: { listen(port: number, host: string): Server }): Promise<number> {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server has an address with a port.
  return (server.address() as AddressInfo).port
}
