import { join } from 'node:path'
import process from 'node:process'
import { type Program, startProgram } from '../program.ts'
import { root } from '../run-command.ts'

export const FRAMEWORKS = ['express', 'fastify', 'koa', 'nestjs'] as const
export type Framework = (typeof FRAMEWORKS)[number]

export interface ExampleApp {
  readonly framework: Framework
  readonly program: Program
  /** What the app itself has counted, independent of analytics, and what its SDK says. */
  observed(): Promise<Observed>
}

export interface Observed {
  /** Requests that reached the app. */
  readonly observed: number
  /** Events that the SDK dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>
}

/** Starts the example app of each framework, reporting to the server under the key. */
export function startApps(serverUrl: string, key: string, onReady: (framework: Framework, url: string) => void): Promise<readonly ExampleApp[]> {
  return Promise.all(
    FRAMEWORKS.map(async (framework) => {
      const program = await startProgram(`the ${framework} example`, process.execPath, [join(root, 'examples', framework, 'dist/app.js')], {
        env: { PORT: '0', WAYSIDE_URL: serverUrl, WAYSIDE_API_KEY: key, WAYSIDE_SERVICE: framework, TRUST_PROXY: '127.0.0.1' },
      })
      onReady(framework, program.url)
      return { framework, program, observed: async () => (await fetch(`${program.url}/__observed`)).json() as Promise<Observed> }
    }),
  )
}
