import type { DeliveryNotice } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { createDateFormat } from '../format/date.ts'
import { toDeliverySentence } from './to-delivery-sentence.ts'

const complete: DeliveryNotice = { lost: 0, dropped: 0, unaccounted: 0, pendingSince: null, late: [] }
const sentence = (over: Partial<DeliveryNotice>) => toDeliverySentence({ ...complete, ...over }, createDateFormat('UTC'))

test('nothing is said where nothing is missing', () => {
  expect(sentence({})).toBeNull()
})

test('what is missing is told with its reason', () => {
  expect(sentence({ lost: 1 })).toBe('Not in these figures: 1 event lost on the way.')
  expect(sentence({ lost: 12, dropped: 4_000, unaccounted: 3 })).toBe(
    'Not in these figures: 12 events lost on the way, 4,000 events dropped by the app, 3 events of processes that went silent.',
  )
})

test('who is late is named, as well as it can be', () => {
  const pendingSince = Date.UTC(2026, 10, 22, 12, 7)
  const late = (service: string | null, instance: string | null) => ({ producerId: '0123456789abcdef'.repeat(2), service, instance, pendingSince })
  expect(sentence({ pendingSince, late: [late('orders', 'pod-1'), late(null, 'pod-2'), late(null, null)] })).toBe(
    'Events of orders (pod-1) wait since 12:07. Events of pod-2 wait since 12:07. Events of process 01234567 wait since 12:07.',
  )
})
