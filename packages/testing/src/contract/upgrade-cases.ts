import assert from 'node:assert/strict'
import { once } from 'node:events'
import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { ContractCase } from '../contract-case.ts'
import { withSession, type Session } from '../contract-session.ts'
import { openRaw, readToEnd, readUntil } from '../loopback-client.ts'

const HANDSHAKE = 'Host: a\nConnection: upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAA\n'

/** A connection that becomes a websocket is no exchange; one that is refused is. */
export const upgradeCases: readonly ContractCase[] = [
  {
    name: 'records nothing for an upgrade that the server accepts beside the framework',
    run: (harness) =>
      withSession(harness, {}, async (session) => {
        session.app.server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
          letGo(socket)
          socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
        })
        await handshakeAndLeave(session)
        await onlyMarkerIsRecorded(session)
      }),
  },
  {
    name: 'records nothing for an upgrade that a route accepts',
    needs: ['rawResponse'],
    run: (harness) =>
      withSession(harness, {}, async (session) => {
        routeUpgrades(session)
        await handshakeAndLeave(session)
        await onlyMarkerIsRecorded(session)
      }),
  },
  {
    name: 'records an upgrade that a route refuses',
    needs: ['rawResponse'],
    run: (harness) =>
      withSession(harness, {}, async (session) => {
        routeUpgrades(session)
        const socket = await openRaw(session.app.port, `GET /socket HTTP/1.1\nx-refuse: 1\n${HANDSHAKE}\n`)
        await readToEnd(socket)
        const { route, status, outcome } = await session.event()
        assert.deepEqual({ route, status, outcome }, { route: '/socket', status: 403, outcome: 'completed' })
      }),
  },
  {
    name: 'records an upgrade that nobody takes as the plain request that it is',
    run: (harness) =>
      withSession(harness, {}, async ({ app, event }) => {
        const socket = await openRaw(app.port, `GET /json HTTP/1.1\n${HANDSHAKE}\n`)
        await readUntil(socket, '"ok":true')
        socket.destroy()
        const { route, status } = await event()
        assert.deepEqual({ route, status }, { route: '/json', status: 200 })
      }),
  },
]

/** Sends upgrades through the framework's router with a response of their own, as websocket plugins do. */
function routeUpgrades({ app }: Session): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    letGo(socket)
    const response = new ServerResponse(request)
    response.assignSocket(socket)
    response.on('finish', () => socket.end())
    app.server.emit('request', request, response)
  })
}

async function handshakeAndLeave({ app }: Session): Promise<void> {
  const upgraded = once(app.server, 'upgrade')
  const socket = await openRaw(app.port, `GET /socket HTTP/1.1\n${HANDSHAKE}\n`)
  await readUntil(socket, '101 Switching')
  const [, serverSide] = await upgraded
  const gone = once(serverSide, 'close')
  socket.destroy()
  await gone
}

async function onlyMarkerIsRecorded({ send, event }: Session): Promise<void> {
  await send('/flat/marker')
  assert.equal((await event()).path, '/flat/marker')
}

/** Ends the server's side when the client leaves; without reading, that goes unseen. */
function letGo(socket: Socket): void {
  socket
    .resume()
    .on('error', () => {})
    .on('end', () => socket.end())
}
