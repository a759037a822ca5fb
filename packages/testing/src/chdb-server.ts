// ClickHouse's engine behind its HTTP interface, in a process of its own. Argument: the folder that holds the data.
// Sends its port; ends at `stop`, or with its parent. It knows what the official client needs of the interface: statements
// with rows after them, parameters, and errors with their code.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import process from 'node:process'
import { Session } from 'chdb'
import { toChdbRequest } from './chdb-request.ts'

const [dataDir = ''] = process.argv.slice(2)
const session = new Session(dataDir)

// Parameters may stand in the address.
const server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
  answer(request, response).catch((error: unknown) => fail(response, error))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : null)
})
process.once('disconnect', () => process.exit(1))
process.on('message', (message) => {
  if (message !== 'stop') return
  server.close(() => {
    session.close()
    process.exit(0)
  })
  server.closeAllConnections()
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  if (url.pathname === '/ping') {
    response.end('Ok.\n')
    return
  }
  // A request that was cut short must not be taken for a whole one: `buffer` rejects.
  const { sql, parameters } = await toChdbRequest(url.searchParams, request.headers['content-type'] ?? '', Buffer.from(await buffer(request)))
  const result = await (Object.keys(parameters).length === 0 ? session.queryAsync(sql) : session.queryBindAsync(sql, parameters))
  response.end(result.bytes())
}

function fail(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const code = /Code: (\d+)/.exec(message)?.[1]
  response.writeHead(code === undefined ? 400 : 500, code === undefined ? {} : { 'x-clickhouse-exception-code': code })
  response.end(message)
}
