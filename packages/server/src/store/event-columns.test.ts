import { expect, test } from 'vitest'
import { sampleNewEvent } from '../testing/segment-writer.ts'
import { FLAG_COLUMNS, INTEGER_COLUMNS, TEXT_COLUMNS } from './event-columns.ts'

test('every member of a stored event is in one list, tags aside', () => {
  const members = ['id', ...Object.keys(sampleNewEvent())].filter((name) => name !== 'tags')
  expect([...INTEGER_COLUMNS, ...TEXT_COLUMNS, ...FLAG_COLUMNS].toSorted()).toEqual(members.toSorted())
})
