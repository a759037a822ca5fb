import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { drawBars, SHOWN, type Bar } from './bar-chart.ts'

const WIDTH = SHOWN.width * 2
const HEIGHT = SHOWN.height * 2

/** The rows of a picture as letters: a line of the grid, a bar, the part of one that stands out. */
function read(bars: readonly Bar[]): readonly string[] {
  const png = drawBars(bars)
  expect(png.subarray(0, 8)).toEqual(Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'))
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([WIDTH, HEIGHT])
  const data = png.indexOf('IDAT', 0, 'latin1')
  const pixels = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)))
  return Array.from({ length: HEIGHT }, (_, y) => [...pixels.subarray(y * (WIDTH + 1) + 1, (y + 1) * (WIDTH + 1))].map((colour) => '.-BP'[colour] ?? '?').join(''))
}

/** From the bottom up, how many pixels of a column have a colour. */
const heightOf = (rows: readonly string[], x: number, colours: string) => rows.filter((row) => colours.includes(row[x] ?? '')).length

test('the highest bar is as high as the picture, the others by their share, and a part stands out at the foot', () => {
  const rows = read([
    { value: 100, part: 25 },
    { value: 50, part: 0 },
    { value: null, part: 0 },
    { value: 1, part: 1 },
  ])
  const middle = (at: number) => Math.round((at + 0.5) * (WIDTH / 4))

  expect([heightOf(rows, middle(0), 'BP'), heightOf(rows, middle(0), 'P'), heightOf(rows, middle(1), 'BP'), heightOf(rows, middle(2), 'BP')]).toEqual([HEIGHT, HEIGHT / 4, HEIGHT / 2, 0])
  expect([heightOf(rows, middle(3), 'P'), rows.at(-1)?.[middle(0)]]).toEqual([2, 'P'])
})

test.each([0, 1, 24, 31, 2_000])('%i bars are a picture', (count) => {
  const rows = read(Array.from({ length: count }, () => ({ value: 1, part: 0 })))
  expect(rows.join('').includes('B')).toBe(count > 0)
})

test('without a request it is the empty grid', () => {
  expect(new Set(read([{ value: 0, part: 0 }]).join(''))).toEqual(new Set('.-'))
})
