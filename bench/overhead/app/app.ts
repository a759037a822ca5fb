// Child process: one framework's app with one variant mounted. Arguments: framework, variant, the sink's URL.
import process from 'node:process'
import { answer } from '../answer.ts'
import { startExpress } from './express.ts'
import { startFastify } from './fastify.ts'
import { startKoa } from './koa.ts'
import type { RunningApp } from './mounted.ts'
import { startNestjs } from './nestjs.ts'

export type App = typeof answers

const FRAMEWORKS: Readonly<Record<string, (variant: string, sinkUrl: string) => Promise<RunningApp>>> = {
  express: startExpress,
  fastify: startFastify,
  koa: startKoa,
  nestjs: startNestjs,
}

const [framework = '', variant = '', sinkUrl = ''] = process.argv.slice(2)
const start = FRAMEWORKS[framework]
if (start === undefined) throw new Error(`no app for ${framework}`)
const app = await start(variant, sinkUrl)

const answers = {
  port: () => app.port,
  /** User and system time of the whole process since its start, every thread, in microseconds. */
  cpuUs(): number {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  async flush(): Promise<void> {
    await app.flush?.()
  },
}

answer(answers)
