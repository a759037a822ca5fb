import type { ServerResponse } from 'node:http'
import type { ArgumentsHost } from '@nestjs/common'
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js'
import type { RoutedRequest } from './is-unmatched.ts'

/** Told of each exception that reaches Nest's exception layer, before any filter, with Node's own response. */
export type ExceptionWatcher = (exception: unknown, request: RoutedRequest, response: ServerResponse) => void

const WATCHERS = Symbol.for('@wayside/nestjs exception watchers')

/**
 * Watches the one place that all exceptions of HTTP handlers, guards, pipes, interceptors and middleware pass. Filters
 * cannot do this: only one of them gets an exception, and the app's own come first. Returns what stops it.
 */
export function watchExceptions(watcher: ExceptionWatcher): () => void {
  const watchers = watchersOf(ExceptionsHandler.prototype)
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

/** The watchers live on the prototype that they watch, so that two copies of this package wrap it once. */
function watchersOf(prototype: ExceptionsHandler & { [WATCHERS]?: Set<ExceptionWatcher> }): Set<ExceptionWatcher> {
  const existing = prototype[WATCHERS]
  if (existing !== undefined) return existing
  const watchers = new Set<ExceptionWatcher>()
  const next = prototype.next
  prototype.next = function (exception, host) {
    tell(watchers, exception, host)
    next.call(this, exception, host)
  }
  Object.defineProperty(prototype, WATCHERS, { value: watchers })
  return watchers
}

function tell(watchers: ReadonlySet<ExceptionWatcher>, exception: unknown, host: ArgumentsHost): void {
  const [request, reply] = host.getArgs<[RoutedRequest, ServerResponse | { readonly raw: ServerResponse }]>()
  const response = 'raw' in reply ? reply.raw : reply
  for (const watcher of watchers) watcher(exception, request, response)
}
