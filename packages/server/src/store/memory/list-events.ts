import type { ListFilters, ListQuery } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'

export function listEvents(events: readonly StoredEvent[], query: ListQuery): readonly StoredEvent[] {
  const { after, order, offset, limit } = query
  const direction = order === 'oldest' ? 1 : -1
  const compare = (a: { time: number; id: number }, b: { time: number; id: number }) => direction * (a.time - b.time || a.id - b.id)
  return events
    .filter((event) => event.projectId === query.projectId && passes(event, query.filters))
    .filter((event) => after === null || compare(event, after) > 0)
    .toSorted(compare)
    .slice(offset, offset + limit)
}

function passes(event: StoredEvent, { from, to, ...equal }: ListFilters): boolean {
  if (from !== undefined && event.time < from) return false
  if (to !== undefined && event.time >= to) return false
  const is = <Value>(wanted: Value | undefined, value: Value | null) => wanted === undefined || wanted === value
  return (
    is(equal.method, event.method) &&
    is(equal.route, event.route) &&
    is(equal.path, event.path) &&
    is(equal.host, event.host) &&
    is(equal.status, event.status) &&
    is(equal.ip, event.ip) &&
    is(equal.country, event.country) &&
    is(equal.userId, event.userId) &&
    is(equal.consumer, event.consumer) &&
    is(equal.environment, event.environment) &&
    is(equal.service, event.service)
  )
}
