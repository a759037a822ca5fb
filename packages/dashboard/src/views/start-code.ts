/** Frameworks that the start page shows code for. */
export const FRAMEWORKS = ['Express', 'Fastify', 'Koa', 'NestJS'] as const
export type Framework = (typeof FRAMEWORKS)[number]

export interface StartCode {
  readonly install: string
  readonly code: string
}

/**
 * What to run and what to paste.
 * @param serverUrl - without a slash at the end
 */
export function toStartCode(framework: Framework, apiKey: string, serverUrl: string): StartCode {
  const key = quote(apiKey)
  const url = quote(serverUrl)
  switch (framework) {
    case 'Express':
      return {
        install: 'npm install @wayside/express',
        code: `import express from 'express'
import { analytics } from '@wayside/express'

const app = express()
app.use(analytics(${key}, {
  serverUrl: ${url},
}))
`,
      }
    case 'Fastify':
      return {
        install: 'npm install @wayside/fastify',
        code: `import Fastify from 'fastify'
import { analytics } from '@wayside/fastify'

const app = Fastify()
await app.register(analytics, {
  apiKey: ${key},
  serverUrl: ${url},
})
`,
      }
    case 'Koa':
      return {
        install: 'npm install @wayside/koa',
        code: `import Koa from 'koa'
import { analytics } from '@wayside/koa'

const app = new Koa()
app.use(analytics(${key}, {
  serverUrl: ${url},
}))
`,
      }
    case 'NestJS':
      return {
        install: 'npm install @wayside/nestjs',
        code: `import { Module } from '@nestjs/common'
import { AnalyticsModule } from '@wayside/nestjs'

@Module({
  imports: [
    AnalyticsModule.forRoot({
      apiKey: ${key},
      serverUrl: ${url},
    }),
  ],
})
export class AppModule {}
`,
      }
  }
}

/** A JavaScript string in single quotes, whatever the text holds. */
function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  return `'${escaped.replaceAll("'", "\\'")}'`
}
