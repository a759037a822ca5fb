import type { ListQuery } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'
import { countEvent } from './counted.ts'
import { toPasses } from './passes.ts'

export function listEvents(events: readonly StoredEvent[], { projectId, filters, after, order, offset, limit }: ListQuery): readonly StoredEvent[] {
  const { from = -Infinity, to = Infinity, receivedFrom = -Infinity, ip, where } = filters
  const passes = where === undefined ? () => true : toPasses(where)
  const compare = COMPARE[order]
  return events
    .filter((event) => event.projectId === projectId && event.time >= from && event.time < to && event.receivedAt >= receivedFrom)
    .filter((event) => (ip === undefined || event.ip === ip) && passes(countEvent(event)))
    .filter((event) => after === null || compare(event, { ...after, receivedAt: 0 }) > 0)
    .toSorted(compare)
    .slice(offset, offset + limit)
}

type Place = Pick<StoredEvent, 'time' | 'id' | 'receivedAt'>

const COMPARE: Readonly<Record<ListQuery['order'], (a: Place, b: Place) => number>> = {
  oldest: (a, b) => a.time - b.time || a.id - b.id,
  newest: (a, b) => b.time - a.time || b.id - a.id,
  received: (a, b) => b.receivedAt - a.receivedAt || b.id - a.id,
}
