// An app in a process of its own that does what it is told: it records requests without a network, blocks its event loop,
// and tells how it is. Arguments: Wayside's options as JSON. Each message is answered with one.
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { createRecorder, type Options } from '../src/index.ts'
import type { Order, Report } from './busy.ts'

const options: Options<IncomingMessage> = JSON.parse(process.argv[2] ?? '{}')
const problems: string[] = []
const faults: string[] = []
const recorder = createRecorder<IncomingMessage>({ framework: 'node', sdk: 'test/1', apiKey: 'key', options: { ...options, onError: ({ kind }) => void problems.push(kind) } })
for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error: unknown) => void faults.push(String(error)))
let rssAtStart = 0
let rssAtMost = 0
let requests = 0

async function follow(order: Order): Promise<void> {
  switch (order.do) {
    case 'record':
      return record(order.requests, order.perSecond)
    case 'block': {
      const untilMs = performance.now() + order.ms
      while (performance.now() < untilMs);
      return
    }
    case 'drain': {
      const untilMs = performance.now() + order.withinMs
      while (recorder.stats().pending > 0 && performance.now() < untilMs) await wait(20)
      return
    }
    case 'close':
      await recorder.close()
      return
    case 'tell':
  }
}

/** Records at a steady rate, and watches the memory. */
async function record(count: number, perSecond: number): Promise<void> {
  global.gc?.()
  if (rssAtStart === 0) rssAtStart = process.memoryUsage.rss()
  const startMs = performance.now()
  for (let done = 0; done < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - startMs) * perSecond) / 1_000))
    for (; done < due; done++) recordOne(requests++)
    rssAtMost = Math.max(rssAtMost, process.memoryUsage.rss())
    await wait(5)
  }
}

const socket = new Socket()
Object.defineProperty(socket, 'remoteAddress', { value: '203.0.113.7' })

/** An exchange as an app sees it, begun and ended at once. */
function recordOne(at: number): void {
  const request = new IncomingMessage(socket)
  request.method = 'GET'
  request.url = `/users/${at}?page=2`
  request.httpVersionMajor = 1
  request.rawHeaders.push('Host', 'api.example.com', 'User-Agent', `agent/${at % 20}`)
  const response = new ServerResponse(request)
  response.assignSocket(socket)
  response.statusCode = at % 50 === 0 ? 500 : 200
  recorder.observe({ request, response, source: request, url: request.url, route: () => `/users/:id` })
  response.finished = true
  response.detachSocket(socket)
  response.emit('close')
}

process.on('message', (order: Order) => {
  void follow(order).then(() => {
    const { captured, delivered, pending, spooled, dropped, shed } = recorder.stats()
    const report: Report = { captured, delivered, pending, spooled, dropped, shed, problems, faults, rssGrowth: rssAtMost - rssAtStart }
    process.send?.(report)
  })
})
process.once('disconnect', () => process.exit())
