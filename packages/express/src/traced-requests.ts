import { channel } from 'node:diagnostics_channel'
import { ROOT, RouteTrace, type Place } from './route-trace.ts'

/**
 * Requests carry their trace under a symbol that all copies of this package share, ESM or CommonJS, so that a request is
 * traced once whoever observes it. Change the number with what copies use of a trace.
 */
const TRACE: unique symbol = Symbol.for('wayside.express.trace.1')

interface Traced {
  [TRACE]?: RouteTrace
}

/** Nothing is published here. All copies share it, and its subscribers are those who observe. */
const observers = channel('wayside.express.trace.1')

/** Lets requests be traced from their first router on, until the returned function is called. */
export function startTracing(): () => void {
  const observer = () => {}
  observers.subscribe(observer)
  return () => void observers.unsubscribe(observer)
}

/** The trace that a request carries. */
export function traceOf(request: object & Traced): RouteTrace | undefined {
  return request[TRACE]
}

/** The same; a request without one is with the router of the outermost app. `undefined` when nobody observes. */
export function traceInRouter(request: object): RouteTrace | undefined {
  return traceOf(request) ?? (observers.hasSubscribers ? beginTrace(request, ROOT) : undefined)
}

/** @param place - where the request is, when its first routers were not seen; `null` when that cannot be told. */
export function beginTrace(request: object & Traced, place: Place | null): RouteTrace {
  return (request[TRACE] = new RouteTrace(place))
}
