import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { toRanges } from '@wayside/protocol'
import { createSeqSet, cutRanges, exclude } from './seq-set.ts'

test('seqs that touch are one range', () => {
  const set = createSeqSet()
  for (const seq of [0, 1, 5, 3, 4, 2, 9]) set.add(seq)
  expect(set.ranges).toEqual([{ from: 0, to: 5 }, { from: 9, to: 9 }])
  expect(set.firstMissing).toBe(6)
})

test('what is taken is gone, the lowest first', () => {
  const set = createSeqSet()
  for (const seq of [1, 3, 5]) set.add(seq)
  expect(set.take(2)).toEqual([{ from: 1, to: 1 }, { from: 3, to: 3 }])
  expect(set.ranges).toEqual([{ from: 5, to: 5 }])
  expect(set.firstMissing).toBe(0)
})

test('in whatever order and portions seqs come, the ranges are those of the sorted seqs', () => {
  const seqs = fc.array(fc.nat({ max: 60 }), { maxLength: 40 })
  fc.assert(
    fc.property(fc.array(fc.record({ seqs, together: fc.boolean() }), { maxLength: 8 }), (portions) => {
      const set = createSeqSet()
      const all = new Set<number>()
      for (const { seqs: portion, together } of portions) {
        for (const seq of portion) all.add(seq)
        if (together) set.addAll(toRanges(sorted(portion)))
        else for (const seq of portion) set.add(seq)
        expect(set.ranges).toEqual(toRanges(sorted(all)))
      }
    }),
  )
})

test('ranges without some seqs, and cut at a count, are those of the seqs that are left', () => {
  const some = fc.uniqueArray(fc.nat({ max: 40 }))
  fc.assert(
    fc.property(some, some, fc.nat({ max: 45 }), (seqs, holes, count) => {
      const all = sorted(seqs)
      expect(exclude(toRanges(all), new Set(holes))).toEqual(toRanges(all.filter((seq) => !holes.includes(seq))))
      expect(cutRanges(toRanges(all), count)).toEqual([toRanges(all.slice(0, count)), toRanges(all.slice(count))])
    }),
  )
})

function sorted(seqs: Iterable<number>): number[] {
  return [...new Set(seqs)].sort((a, b) => a - b)
}
