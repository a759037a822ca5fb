import { NotFoundException } from '@nestjs/common'

/** The request of a platform, or Node's own where Fastify runs middleware. */
export interface RoutedRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly originalUrl?: string
}

/**
 * Whether Nest itself threw this, because no route matched. Nest has no type of its own for it, so it is known by its
 * text, which Nest 10 to 12 write alike; the app's own `NotFoundException` says something else.
 */
export function isUnmatched(exception: unknown, request: RoutedRequest): boolean {
  return (
    exception instanceof NotFoundException &&
    exception.message === `Cannot ${request.method} ${request.originalUrl ?? request.url}`
  )
}
