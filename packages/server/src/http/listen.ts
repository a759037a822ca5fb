import type { FastifyInstance } from 'fastify'
import { SettingError, type Settings } from '../config/settings.ts'

/** Opens the port and says where the server can be reached from this machine. Throws `SettingError`. */
export async function listen(app: FastifyInstance, settings: Settings): Promise<string> {
  const { host, port, tls, basePath } = settings
  try {
    await app.listen({ host, port })
  } catch (cause) {
    throw new SettingError(toAdvice(cause, settings), { cause })
  }
  const address = app.server.address()
  const actualPort = typeof address === 'object' && address !== null ? address.port : port
  const reachable = WILDCARDS[host] ?? host
  return `${tls === null ? 'http' : 'https'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${actualPort}${basePath}`
}

/** Addresses that are for listening only; what is printed must work in a browser. */
const WILDCARDS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

function toAdvice(error: unknown, { host, port }: Settings): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE')
    return `--port (WAYSIDE_PORT) must be free, got ${port}: something listens on ${host}:${port} already. Choose another port, or 0 for any free one`
  if (code === 'EACCES')
    return `--port (WAYSIDE_PORT) must be one that this user may take, got ${port}: ports below 1024 need more rights`
  const reason = error instanceof Error ? error.message : String(error)
  return `--host (WAYSIDE_HOST) must be an address of this machine, got ${JSON.stringify(host)}: ${reason}`
}
