import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AlertCondition, AlertRuleInput, Detector } from '@wayside/protocol'
import { toStoreFilter } from '../../query/store-filter.ts'
import type { Project } from '../../registry/registry.ts'
import type { Store } from '../../store/store.ts'
import type { StoredEvent } from '../../store/stored-event.ts'
import type { Measured, RuleWindow } from '../evaluate.ts'
import { openAccessPattern } from './access-pattern.ts'
import type { Memory } from './detector.ts'
import { openUnseenSource } from './unseen-source.ts'

/** What a condition of a detector says. */
export type DetectorCondition = Extract<AlertCondition, { kind: Detector }>

export interface Detecting {
  readonly store: Pick<Store, 'list'>
  readonly project: Pick<Project, 'id' | 'eventDays'>
  /** What is remembered of these consumers, as it was saved. */
  readonly recall: (consumers: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly signal?: AbortSignal
}

export interface DetectedWindow extends RuleWindow {
  /** What is to be remembered from then on, by consumer. */
  readonly memories: ReadonlyMap<string, string>
}

const MINUTE_MS = 60_000
const PAGE = 5_000
/** Requests of a window that are looked at: the first. */
const MAX_REQUESTS = 100_000
/** Consumers of a window that are looked at: those with most requests. */
const MAX_CONSUMERS = 1_000

/** Reads the requests of a window one by one, and tells which consumers did something unusual in it, and how often. */
export async function detectWindow({ filter, windowMinutes }: Pick<AlertRuleInput, 'filter' | 'windowMinutes'>, condition: DetectorCondition, end: number, { store, project, recall, signal }: Detecting): Promise<DetectedWindow> {
  const byConsumer = new Map<string, StoredEvent[]>()
  const filters = { from: end - windowMinutes * MINUTE_MS, to: end, ...(filter !== null && { where: toStoreFilter(filter) }) }
  let after: StoredEvent | null = null
  for (let read = 0; read < MAX_REQUESTS; ) {
    const page: readonly StoredEvent[] = await store.list({ projectId: project.id, filters, order: 'oldest', limit: PAGE, after, offset: 0, ...(signal !== undefined && { signal }) })
    for (const event of page) {
      if (event.consumer === null) continue
      const events = byConsumer.get(event.consumer)
      if (events === undefined) byConsumer.set(event.consumer, [event])
      else events.push(event)
    }
    after = page.at(-1) ?? null
    read += page.length
    if (page.length < PAGE) break
    await nextTurn()
  }

  const busiest = [...byConsumer].toSorted(([, a], [, b]) => b.length - a.length).slice(0, MAX_CONSUMERS)
  const known = await recall(busiest.map(([consumer]) => consumer))
  const values = new Map<string, Measured>()
  const memories = new Map<string, string>()
  for (const [consumer, events] of busiest) {
    const memory = openMemory(condition, known.get(consumer) ?? null, project.eventDays)
    const findings = events.flatMap((event) => memory.take({ time: event.time, endpoint: toEndpoint(event), ip: event.ip }) ?? [])
    values.set(consumer, { value: findings.length, requests: events.length, history: [], ...(findings[0] !== undefined && { finding: findings[0] }) })
    memories.set(consumer, memory.save(end))
  }
  return { end, values, memories }
}

/** Whether a condition is one that learns. */
export function isDetector(condition: AlertCondition): condition is DetectorCondition {
  return condition.kind === 'accessPattern' || condition.kind === 'unseenSource'
}

function openMemory(condition: DetectorCondition, saved: string | null, keepDays: number | null): Memory {
  return condition.kind === 'accessPattern' ? openAccessPattern(condition, saved) : openUnseenSource(condition, saved, keepDays)
}

function toEndpoint({ method, route }: StoredEvent): string {
  return route === null ? method : `${method} ${route}`
}
