import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Observation } from '@wayside/core'
import { mountPattern, routePattern, type Layer } from './layer-pattern.ts'

/** Where a router is mounted: the template of the mounts above it, and the concrete path that they matched. */
export interface Place {
  readonly template: string
  readonly base: string
}

/** The router of the outermost app. */
export const ROOT: Place = Object.freeze({ template: '', base: '' })

export interface RoutedRequest extends IncomingMessage {
  readonly baseUrl?: string
  readonly next?: unknown
}

const NONE: readonly Observation[] = []

export type Next = (error?: unknown) => unknown

/** One run of a router for one request. */
interface Run {
  /** The router's own continuation, which names the run. */
  readonly next: Next
  /** What layers get in its place. */
  readonly told: Next
  /** The run whose layer began this one, that layer, and `req.baseUrl` then; `null` where the request was first seen. */
  readonly parent: Run | null
  readonly layer: Layer | null
  readonly base: string
}

/**
 * Follows one request through Express's routers and knows the template of the route that took it.
 *
 * A layer is placed by the router run that calls it. Nothing is read from layers that changes with the requests, which all
 * share, nor found by comparing concrete paths, in which values may repeat literals. On the way calls are only noted, for
 * there are many of them: patterns are put together once, at the end.
 */
export class RouteTrace {
  /** Of each recorder that observes the request. */
  observations: readonly Observation[] = NONE
  readonly #place: Place | null
  #run: Run | null = null
  /** What was called last, and where: a new run begins there. */
  #layer: Layer | null = null
  #base: string
  /** The route that was called last, by which run, and the path in that router. */
  #route: Layer | null = null
  #routeRun: Run | null = null
  #routeUrl = ''
  #failed = false

  /** @param place - where the request is first seen; `null` where that cannot be told, and then it has no route. */
  constructor(place: Place | null) {
    this.#place = place
    this.#base = place?.base ?? ''
  }

  /** A router calls one of its layers. Returns the `next` that the layer is to get, which tells errors. */
  enter(layer: Layer, req: RoutedRequest, res: ServerResponse, next: Next): Next {
    const run = this.#runOf(next)
    if (layer.route !== undefined) {
      this.#route = layer
      this.#routeRun = run
      this.#routeUrl = req.url ?? ''
    } else if (!res.headersSent) {
      // A route that came before has passed on without an answer.
      this.#route = null
    }
    this.#layer = layer
    this.#base = req.baseUrl ?? ''
    return run.told
  }

  /** Goes on as the exchanges that observe the request: a body parser or a pool may call back in another async context. */
  resume(): void {
    for (const observation of this.observations) observation.resume()
  }

  /** An error has left a handler. */
  fail(error: unknown): void {
    this.#failed = true
    for (const observation of this.observations) observation.fail(error)
  }

  /** @param unanswered - every router has passed the request on. */
  template(unanswered: boolean): string | null {
    if (this.#place === null || this.#route === null || (unanswered && !this.#failed)) return null
    return this.#above(this.#routeRun) + routePattern(this.#route, this.#routeUrl) || '/'
  }

  /** Template of the mounts above a run. */
  #above(run: Run | null): string {
    if (run === null || run.parent === null || run.layer === null) return this.#place?.template ?? ''
    return this.#above(run.parent) + mountPattern(run.layer, run.base.slice(run.parent.base.length))
  }

  /** The run that `next` names; runs that it had called have ended. */
  #runOf(next: Next): Run {
    for (let run = this.#run; run !== null; run = run.parent) if (run.next === next) return (this.#run = run)
    const told: Next = (error) => {
      // Not errors: they leave the route or the router.
      if (error && error !== 'route' && error !== 'router') this.fail(error)
      return next(error)
    }
    return (this.#run = { next, told, parent: this.#run, layer: this.#layer, base: this.#base })
  }
}
