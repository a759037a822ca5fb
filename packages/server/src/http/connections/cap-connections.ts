import type { Server } from 'node:http'
import { BlockList, isIPv6, type Socket } from 'node:net'
import { parseIp } from '@wayside/protocol'

export interface ConnectionCap {
  /** Connections that one address may have open at once. IPv6 counts by its /64 network, which is what one client gets. */
  readonly perAddress: number
  /** Addresses and networks that stand for many clients, such as a proxy in front of this server. */
  readonly exempt: readonly string[]
}

/** Ends what one address opens past its share, so that a single client cannot take the connections of all. */
export function capConnections(server: Server, { perAddress, exempt }: ConnectionCap): void {
  const exempted = toBlockList(exempt)
  const open = new Map<string, number>()

  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress
    if (address === undefined || exempted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return
    const client = toClient(address)
    const before = open.get(client) ?? 0
    if (before >= perAddress) {
      socket.destroy()
      return
    }
    open.set(client, before + 1)
    socket.once('close', () => {
      const left = (open.get(client) ?? 1) - 1
      if (left === 0) open.delete(client)
      else open.set(client, left)
    })
  })
}

function toClient(address: string): string {
  const bytes = parseIp(address)
  return bytes === null ? address : bytes.slice(0, bytes.length === 4 ? 4 : 8).join('.')
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}
