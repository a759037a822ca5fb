import process from 'node:process'

/** What a recorder does when its process ends. None of these throws or rejects. */
export interface Endings {
  /** The event loop is empty. What it starts holds the process until it is done. */
  readonly onIdle: () => void
  /** The process exits; only what is synchronous is done. */
  readonly onExit: () => void
  /**
   * A signal asks the process to end. When nobody else listens for it, the process ends as soon as this resolves; else
   * the app decides. `null` leaves signals alone.
   */
  readonly onSignal: ((isLast: boolean) => Promise<unknown>) | null
}

/** Signals that ask a process to end. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/**
 * Listens for the end of the process, and returns how to stop that. Neither an exception nor a rejection is listened to:
 * that would change what they do.
 */
export function watchProcess({ onIdle, onExit, onSignal }: Endings): () => void {
  const stops = [join('beforeExit', onIdle), join('exit', onExit)]
  if (onSignal !== null) stops.push(...SIGNALS.map((signal) => join(signal, onSignal)))
  return () => {
    for (const stop of stops) stop()
  }
}

type Member = (isLast: boolean) => unknown
type Event = 'beforeExit' | 'exit' | (typeof SIGNALS)[number]

/** All recorders share one listener for each event, so that many of them are no leak of listeners. */
interface Hub {
  readonly members: Set<Member>
  readonly listener: () => void
}

/** In the global registry of symbols, so that all copies of the package mean the same one. */
const HUBS: unique symbol = Symbol.for('wayside.process-events.1')

/** Without the types that tell its events apart. */
const events: NodeJS.EventEmitter = process

function join(event: Event, member: Member): () => void {
  const hubs = sharedHubs()
  const hub = hubs.get(event) ?? createHub(event)
  hubs.set(event, hub)
  // First, so that listeners that the app adds for one time only are still counted when ours asks for others.
  if (hub.members.size === 0) events.prependListener(event, hub.listener)
  hub.members.add(member)
  return () => {
    if (hub.members.delete(member) && hub.members.size === 0) events.off(event, hub.listener)
  }
}

function sharedHubs(): Map<string, Hub> {
  const shared: unknown = Reflect.get(globalThis, HUBS)
  // Boundary cast: only this function of some copy writes under this versioned symbol.
  if (shared instanceof Map) return shared as Map<string, Hub>
  const hubs = new Map<string, Hub>()
  Object.defineProperty(globalThis, HUBS, { value: hubs })
  return hubs
}

function createHub(event: Event): Hub {
  const members = new Set<Member>()
  const tellAll = (isLast: boolean) => [...members].map((member) => member(isLast))
  if (event === 'beforeExit' || event === 'exit') return { members, listener: () => void tellAll(true) }
  let waiting = false
  const listener = () => {
    const isLast = process.listenerCount(event) === 1
    // Asked twice, the process ends at once.
    if (waiting && isLast) return raise()
    waiting = true
    void Promise.allSettled(tellAll(isLast)).then(() => {
      waiting = false
      if (isLast) raise()
    })
  }
  /** Without our listener the signal has the effect that it would have had. */
  function raise(): void {
    events.off(event, listener)
    process.kill(process.pid, event)
  }
  return { members, listener }
}
