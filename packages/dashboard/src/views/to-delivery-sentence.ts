import type { DeliveryNotice, LateProducer } from '@wayside/protocol'
import type { DateFormat } from '../format/date.ts'
import { formatCount } from '../format/number.ts'

/** What the figures lack, in words; `null` when nothing is missing. */
export function toDeliverySentence({ lost, dropped, unaccounted, late }: DeliveryNotice, dates: DateFormat): string | null {
  const missing = [
    ...(lost > 0 ? [`${toEvents(lost)} lost on the way`] : []),
    ...(dropped > 0 ? [`${toEvents(dropped)} dropped by the app`] : []),
    ...(unaccounted > 0 ? [`${toEvents(unaccounted)} of processes that went silent`] : []),
  ]
  const sentences = [
    ...(missing.length > 0 ? [`Not in these figures: ${missing.join(', ')}.`] : []),
    ...late.map((producer) => `Events of ${toName(producer)} wait since ${dates.time(producer.pendingSince)}.`),
  ]
  return sentences.length === 0 ? null : sentences.join(' ')
}

function toEvents(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'event' : 'events'}`
}

const SHOWN_ID_DIGITS = 8

function toName({ service, instance, producerId }: LateProducer): string {
  if (service !== null && instance !== null) return `${service} (${instance})`
  return service ?? instance ?? `process ${producerId.slice(0, SHOWN_ID_DIGITS)}`
}
