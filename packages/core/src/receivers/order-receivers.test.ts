import { expect, test } from 'vitest'
import { orderReceivers, type Candidate } from './order-receivers.ts'

interface State {
  readonly weight?: number
  readonly ready?: boolean
  readonly blockedMs?: number
  readonly cost?: number
}

function member(name: string, { weight = 1, ready = true, blockedMs = 0, cost = 10 }: State = {}): Candidate & { readonly name: string } {
  const health = { begin: () => () => undefined, blockedMs: () => blockedMs, isReady: () => ready, cost: () => cost }
  return { name, receiver: { weight }, health }
}

const names = (members: readonly { readonly name: string }[]) => members.map(({ name }) => name).join('')

test('failover asks in order, those in trouble last, and not those that asked to be left alone', () => {
  const order = (...members: ReturnType<typeof member>[]) => names(orderReceivers(members, 'failover', () => 0))
  expect(order(member('a'), member('b'), member('c'))).toBe('abc')
  expect(order(member('a', { ready: false }), member('b'), member('c', { ready: false }))).toBe('bac')
  expect(order(member('a', { ready: false }), member('b', { ready: false }))).toBe('ab')
  expect(order(member('a', { blockedMs: 5 }), member('b', { ready: false }))).toBe('b')
  expect(order(member('a', { blockedMs: 5 }))).toBe('')
})

/** How many of 10,000 batches each receiver is the first for. */
function shares(...members: ReturnType<typeof member>[]): Record<string, number> {
  let seed = 1
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  const count: Record<string, number> = {}
  for (let at = 0; at < 10_000; at++) {
    const first = orderReceivers(members, 'loadbalance', random)[0]?.name ?? 'none'
    count[first] = (count[first] ?? 0) + 1
  }
  return count
}

test('load balance shares batches by weight while receivers do alike', () => {
  const even = shares(member('a', { cost: 12 }), member('b', { cost: 20 }))
  expect(even['a']).toBeGreaterThan(4_800)
  expect(even['b']).toBeGreaterThan(4_800)
  const weighted = shares(member('a', { weight: 3 }), member('b'))
  expect(weighted['a']).toBeGreaterThan(7_300)
  expect(weighted['a']).toBeLessThan(7_700)
})

test('load balance sends less to one that is slow or busy, and nothing first to one in trouble', () => {
  const slow = shares(member('a', { cost: 100 }), member('b'), member('c'))
  expect(slow['a']).toBeLessThan(1_300)
  expect(slow['a']).toBeGreaterThan(900)
  expect(shares(member('a', { ready: false }), member('b'))).toEqual({ b: 10_000 })
  expect(shares(member('a', { blockedMs: 1 }))).toEqual({ none: 10_000 })
})

test('load balance tries the others cheapest first', () => {
  const order = orderReceivers([member('a', { cost: 30 }), member('b', { ready: false }), member('c', { cost: 20 }), member('d')], 'loadbalance', () => 0.999)
  expect(names(order)).toBe('dbca')
})
