import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadDone, LoadMessage, LoadOrder } from './load-maker.ts'

/** A load whose bodies are made. */
export interface ReadyLoad {
  /** Sends all of it. */
  run(): Promise<LoadDone>
}

/** Makes a load in a process of its own. */
export async function makeLoad(order: LoadOrder): Promise<ReadyLoad> {
  const child = fork(fileURLToPath(new URL('load-maker.ts', import.meta.url)), [], { execArgv: ['--conditions=@wayside/source'] })
  const message = (kind: LoadMessage['kind']) =>
    new Promise<LoadMessage>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the load maker ended with ${code}`)))
      child.on('message', (each: LoadMessage) => {
        if (each.kind === kind) resolve(each)
      })
    })
  child.send(order)
  await message('ready')
  return {
    async run() {
      child.send('go')
      const done = await message('done')
      if (done.kind !== 'done') throw new Error('the load maker ended early')
      return done
    },
  }
}

/** Makes a project, and returns its key. */
export async function makeKey(url: string): Promise<string> {
  const response = await fetch(`${url}/api/generate`, { method: 'POST' })
  return String(await response.json())
}
