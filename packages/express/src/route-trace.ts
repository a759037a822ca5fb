import type { Observation } from '@wayside/core'

/** One run of a router for one request. */
export interface RouterRun {
  /** The run's own continuation, which the router sets as `req.next`: it names the run. */
  readonly next: unknown
  /** Template of the mounts above. */
  readonly template: string
  /** `req.baseUrl` when the run began. */
  readonly base: string
}

/** Where a router is mounted: the template of the mounts above it, and the concrete path that they matched. */
export type Place = Pick<RouterRun, 'template' | 'base'>

/** The router of the outermost app. */
export const ROOT: Place = Object.freeze({ template: '', base: '' })

/**
 * Follows one request through Express's routers and knows the template of the route that took it.
 *
 * A layer is placed by the router run that calls it. Nothing is read from layers after the fact, which all requests
 * share, nor found by comparing concrete paths, in which values may repeat literals.
 */
export class RouteTrace {
  /** Set when the request is observed; errors are told to it. */
  observation: Observation | undefined = undefined
  readonly #runs: RouterRun[] = []
  readonly #placed: boolean
  #nextTemplate: string
  #nextBase: string
  #route: string | null = null
  #failed = false

  /** @param place - where the request is first seen; `null` where that cannot be told, and then it has no route. */
  constructor(place: Place | null = ROOT) {
    this.#placed = place !== null
    this.#nextTemplate = place?.template ?? ''
    this.#nextBase = place?.base ?? ''
  }

  /** The run that `next` names; runs that it had called have ended. */
  runOf(next: unknown): RouterRun {
    const runs = this.#runs
    for (let at = runs.length - 1; at >= 0; at--) {
      const run = runs[at]
      if (run === undefined || run.next !== next) continue
      runs.length = at + 1
      return run
    }
    const run = { next, template: this.#nextTemplate, base: this.#nextBase }
    runs.push(run)
    return run
  }

  /** Middleware, a router or an app is called, at the concrete path `base`. A route that came before has passed on. */
  enterMount(run: RouterRun, pattern: string, base: string): void {
    this.#route = null
    this.#nextTemplate = run.template + pattern
    this.#nextBase = base
  }

  /** Calls on behalf of a request that has been answered already; they do not change whose answer it was. */
  enterAnswered(run: RouterRun, base: string): void {
    this.#nextTemplate = run.template
    this.#nextBase = base
  }

  /** A handler of a route is called. */
  enterRoute(run: RouterRun, pattern: string): void {
    this.#route = run.template + pattern || '/'
    // A router that is a route's handler sees the path whole.
    this.#nextTemplate = run.template
    this.#nextBase = run.base
  }

  /** An error has left a handler. */
  fail(error: unknown): void {
    this.#failed = true
    this.observation?.fail(error)
  }

  /** @param unanswered - every router has passed the request on. */
  template(unanswered: boolean): string | null {
    return (unanswered && !this.#failed) || !this.#placed ? null : this.#route
  }
}
