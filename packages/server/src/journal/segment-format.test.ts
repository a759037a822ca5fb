import { expect, test } from 'vitest'
import { sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { readSegment } from './read-segment.ts'
import { encodeJournalBatch, isIntact } from './segment-format.ts'
import { toJson } from './to-json.ts'

test('half a surrogate pair becomes a replacement character, in texts, tags and stacks; everything else stays', () => {
  const texts = ['\ud800', 'a\udfffb', '\\ud800', '\\\\ud800', '\\\ud800', '😀', '"\n\u0000', '\ufffd']
  for (const text of texts) {
    const event = sampleNewEvent({ path: text, tags: { [text]: text } })
    const stacks = [{ fingerprint: 'f', errorClass: text, frames: [text] }]
    const bytes = encodeJournalBatch(sampleBatch([event], { stacks }), 1)
    const { headers, events } = readSegment(bytes.toString())
    const expected = text.toWellFormed()
    expect(events[0]).toMatchObject({ path: expected, tags: { [expected]: expected } })
    expect(headers[0]?.stacks).toEqual([{ fingerprint: 'f', errorClass: expected, frames: [expected] }])
    expect(JSON.parse(toJson(text))).toBe(expected)
    expect(isIntact(bytes)).toBe(true)
  }
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, 1e21])('a number that no engine can hold as an integer is refused: %s', (time) => {
  expect(() => encodeJournalBatch(sampleBatch([sampleNewEvent({ time })]), 1)).toThrow(`time must be a whole number, got ${time}`)
})
