import type { IncomingHttpHeaders } from 'node:http'

/**
 * What the requests of Express and of Fastify have in common, and what mappers get unless they name one of the two:
 * `getUserId: (request: FastifyRequest) => …`.
 */
export interface PlatformRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly params: unknown
  readonly query: unknown
  readonly body?: unknown
  /** Where guards, such as Passport's, leave whom they let in. */
  readonly user?: unknown
}
