import type { MonitorInput } from '@wayside/protocol'
import type { AddressGuard } from '../outbound/address-guard.ts'
import { assertReachable, createGuardedLookup } from '../outbound/guarded-lookup.ts'
import type { ResolveHost } from '../outbound/resolve-host.ts'
import { askOnce, type Answer, type AskOptions, type Phases, type Question } from './ask-once.ts'
import { isAsRuled } from './body-rule.ts'
import { toCheckResult, type CheckResult, type Timings } from './check-result.ts'
import { CheckFailure, toFailureReason } from './failure-reason.ts'
import { judge } from './judge.ts'

/** Makes a check now. Never rejects: a failure is a result, also that `signal` ended it. */
export type Check = (settings: MonitorInput, signal?: AbortSignal) => Promise<CheckResult>

export interface CheckerOptions {
  readonly guard: AddressGuard
  readonly resolve: ResolveHost
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly monotonicMs: () => number
  /** Certificates to trust, PEM. @default those of Node */
  readonly ca?: string
}

const REDIRECTS = [301, 302, 303, 307, 308]

/** What makes checks. Each address on the way, also of each redirect, is one that the guard lets pass, or is not connected to. */
export function createChecker({ guard, resolve, now, monotonicMs, ca }: CheckerOptions): Check {
  const lookup = createGuardedLookup(guard, resolve)

  return async (settings, ended) => {
    const at = now()
    const beganMs = monotonicMs()
    const phases: Phases[] = []
    // By hand: signals that are made of one that lives long are never let go by some versions of Node.
    const deadline = new AbortController()
    const abort = () => deadline.abort()
    let isLate = false
    const giveUp = () => {
      isLate = true
      abort()
    }
    // Where this process stood still, what has arrived meanwhile is read first.
    const timer = setTimeout(() => setImmediate(giveUp), settings.timeoutMs)
    ended?.addEventListener('abort', abort)
    const ask = (question: Question): Promise<Answer> => {
      assertReachable(guard, question.url.hostname)
      const next: Phases = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }
      phases.push(next)
      const options: AskOptions = { lookup, monotonicMs, signal: deadline.signal, ...(ca !== undefined && { ca }) }
      return askOnce(question, next, options)
    }
    const timings = () => toTimings(phases, monotonicMs() - beganMs)
    try {
      const { status, body, certificateEndsAt } = await follow(settings, ask)
      const observation = { kind: 'answer', at, status, bodyHolds: isAsRuled(settings.body, body), timings: timings(), certificateEndsAt } as const
      return toCheckResult(observation, judge(settings, observation))
    } catch (error) {
      const reason = isLate ? `there was no answer within ${settings.timeoutMs} ms` : toFailureReason(error)
      const observation = { kind: 'failure', at, reason, timings: timings() } as const
      return toCheckResult(observation, judge(settings, observation))
    } finally {
      clearTimeout(timer)
      ended?.removeEventListener('abort', abort)
    }
  }
}

/** The answer after all redirects that are followed. */
async function follow({ url, method, headers, maxRedirects }: MonitorInput, ask: (question: Question) => Promise<Answer>): Promise<Answer> {
  let question: Question = { url: new URL(url), method, headers }
  for (let followed = 0; ; followed++) {
    const answer = await ask(question)
    if (maxRedirects === 0 || answer.location === null || !REDIRECTS.includes(answer.status)) return answer
    if (followed === maxRedirects) throw new CheckFailure(`it redirects more than ${maxRedirects} ${maxRedirects === 1 ? 'time' : 'times'}`)
    question = redirect(question, answer.location, answer.status)
  }
}

function redirect({ url, method, headers }: Question, location: string, status: number): Question {
  const next = URL.parse(location, url.href)
  if (next === null || (next.protocol !== 'http:' && next.protocol !== 'https:')) throw new CheckFailure('it redirects to what is no web address')
  next.username = next.password = ''
  return {
    url: next,
    method: method === 'POST' && status < 307 ? 'GET' : method,
    // They may hold secrets, which belong to the first host alone.
    headers: next.origin === url.origin ? headers : {},
  }
}

function toTimings(phases: readonly Phases[], totalMs: number): Timings {
  const sumUs = (key: keyof Phases): number | null => {
    const known = phases.flatMap((each) => each[key] ?? [])
    return known.length === 0 ? null : toUs(known.reduce((sum, each) => sum + each, 0))
  }
  return { dnsUs: sumUs('dnsMs'), connectUs: sumUs('connectMs'), tlsUs: sumUs('tlsMs'), firstByteUs: sumUs('firstByteMs'), totalUs: toUs(totalMs) }
}

function toUs(ms: number): number {
  return Math.max(0, Math.round(ms * 1_000))
}
