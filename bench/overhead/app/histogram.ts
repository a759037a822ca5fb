import { loadPackage } from './load-package.ts'

/** Observes one request's duration. */
export type ObserveDuration = (method: string, route: string, status: number, seconds: number) => void

/** A prom-client histogram of durations by method, route and status, the one that its users write first. */
export function createHistogram(): ObserveDuration {
  const { Histogram } = loadPackage('prom-client')
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests in seconds',
    labelNames: ['method', 'route', 'status'],
  })
  return (method, route, status, seconds) => histogram.labels(method, route, String(status)).observe(seconds)
}
