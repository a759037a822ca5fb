// Child process: one framework's app with one variant mounted. Arguments: framework, variant, the sink's URL.
import process from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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

// Any app that is larger than these has had full garbage collections by its first request. They make V8 forget what it
// knew of the objects that `process.nextTick` makes, which costs some 5 µs a request ever after. Without this, only packages
// that load much would bring it about here, and would be charged for it. V8 keeps shapes for two collections.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
for (let times = 0; times < 3; times++) {
  collect()
  await nextTurn()
}

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
