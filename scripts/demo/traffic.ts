import { Agent, request } from 'node:http'
import { CALLERS } from './callers.ts'
import { createRandom, pick, pickWeighted } from '../random.ts'
import { SCENARIOS } from './scenarios.ts'

/** An app to send to. */
export interface Target {
  readonly framework: string
  readonly url: string
}

export interface Traffic {
  /** Sends one request to one of the apps and resolves when it has ended, in whichever way. */
  send(): Promise<void>
  /** Requests sent so far, by framework. */
  readonly sent: ReadonlyMap<string, number>
  close(): void
}

/** Makes realistic requests: the same sequence for the same seed, spread evenly over the apps. */
export function createTraffic(targets: readonly Target[], seed: number): Traffic {
  const random = createRandom(seed)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const sent = new Map(targets.map(({ framework }) => [framework, 0]))
  let turn = 0
  return {
    sent,
    close: () => agent.destroy(),
    send() {
      const target = targets[turn++ % targets.length] as Target
      const caller = pickWeighted(CALLERS, random)
      const scenario = pickWeighted(SCENARIOS, random)
      sent.set(target.framework, (sent.get(target.framework) ?? 0) + 1)
      return exchange(agent, target.url + scenario.path((values) => pick(values, random)), {
        method: scenario.method,
        body: scenario.body,
        abortAfterMs: scenario.abortAfterMs,
        headers: {
          'user-agent': caller.userAgent,
          'x-forwarded-for': caller.ip,
          ...(caller.user !== null && { 'x-api-user': caller.user }),
          ...(scenario.body !== undefined && { 'content-type': 'application/json' }),
        },
      })
    },
  }
}

interface Sending {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly abortAfterMs: number | undefined
}

function exchange(agent: Agent, url: string, { method, headers, body, abortAfterMs }: Sending): Promise<void> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent, method, headers }, (response) => {
      response.resume()
      response.on('close', resolve)
    })
    outgoing.on('error', () => resolve()) // An aborted request ends so; what the apps saw is what counts.
    outgoing.end(body)
    if (abortAfterMs !== undefined) setTimeout(() => outgoing.destroy(), abortAfterMs)
  })
}
