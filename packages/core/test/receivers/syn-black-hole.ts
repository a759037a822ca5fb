import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** Listens, and then never again does anything: what it does not accept stays in the queue of the kernel. */
const LISTENER = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port) + '\\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`

/** The address of a listener whose queue is full: who connects gets no answer at all. */
export async function startSynBlackHole(): Promise<string> {
  const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const port = Number(String(line))
  for (let tries = 0; tries < 16; tries++) if (!(await takesOneMore(port))) return `http://127.0.0.1:${port}`
  throw new Error('the listener takes any number of connections')
}

async function takesOneMore(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').unref()
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return Promise.race([once(socket, 'connect').then(() => true), wait(300, false)])
}
