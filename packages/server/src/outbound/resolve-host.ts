import { lookup } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { promisify } from 'node:util'

/** All addresses of a name. Rejects with the resolver's error. */
export type ResolveHost = (host: string) => Promise<readonly string[]>

const TIMEOUT_MS = 3_000
const TRIES = 2
/** Lookups of the system take threads that the journal's syncs need as well. */
const MAX_SYSTEM_LOOKUPS = 2
/** No name server has it, or there is none to ask. */
const NOT_IN_DNS = ['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']

/** Where names are asked for. */
export interface NameSources {
  readonly dns: { resolve4(host: string): Promise<readonly string[]>; resolve6(host: string): Promise<readonly string[]> }
  readonly system: ResolveHost
}

/**
 * Asks name servers directly, which occupies no thread however long they take. Names that they do not know may be in the hosts
 * file or in a search domain: those the system is asked for, few at a time.
 */
export function createResolveHost({ dns, system }: NameSources = toNameSources()): ResolveHost {
  const askSystem = atMost(MAX_SYSTEM_LOOKUPS, system)

  return async (host) => {
    if (!host.includes('.') || host.endsWith('.localhost')) return askSystem(host)
    const answers = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)])
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length > 0) return addresses
    const unanswered = answers.flatMap((answer): unknown[] => (answer.status === 'rejected' && !isNotInDns(answer.reason) ? [answer.reason] : []))
    if (unanswered.length > 0) throw unanswered[0]
    return askSystem(host)
  }
}

function toNameSources(): NameSources {
  return {
    dns: new Resolver({ timeout: TIMEOUT_MS, tries: TRIES }),
    system: async (host) => (await promisify(lookup)(host, { all: true })).map(({ address }) => address),
  }
}

function isNotInDns(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_IN_DNS.includes(String(error.code))
}

/** Lets so many calls run at a time; others wait for their turn. */
function atMost<Input, Result>(limit: number, work: (input: Input) => Promise<Result>): (input: Input) => Promise<Result> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (input) => {
    if (running >= limit) await new Promise<void>((resolve) => void waiting.push(resolve))
    else running++
    try {
      return await work(input)
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
