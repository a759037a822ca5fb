/** The client's package has no types; these are of what the tests call. */
declare module 'node-api-analytics' {
  import type { RequestHandler } from 'express'
  import type { FastifyInstance } from 'fastify'
  import type { Middleware } from 'koa'

  export class Config {
    serverUrl: string
    privacyLevel: number
    getUserID: (source: unknown) => string | null
  }
  export function expressAnalytics(apiKey: string, config?: Config): RequestHandler
  export function koaAnalytics(apiKey: string, config?: Config): Middleware
  export function useFastifyAnalytics(fastify: FastifyInstance, apiKey: string, config?: Config): void
}
