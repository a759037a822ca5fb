import { toPng } from './png.ts'

/** One bar, and the part of it that stands out. */
export interface Bar {
  /** `null` where nothing was measured. */
  readonly value: number | null
  readonly part: number
}

/** Twice the size at which it is shown, so that it is sharp on every screen. */
const WIDTH = 1_120
const HEIGHT = 240
export const SHOWN = { width: WIDTH / 2, height: HEIGHT / 2 } as const

const COLOURS = [
  [255, 255, 255],
  [226, 230, 236],
  [58, 110, 165],
  [192, 57, 43],
] as const
const [LINE, BAR, PART] = [1, 2, 3]

/**
 * Bars as a PNG, from the first to the last, the highest as high as the picture. What it shows stands in words and in a table beside
 * it: pictures are not shown by every program, nor seen by everybody.
 */
export function drawBars(bars: readonly Bar[]): Buffer {
  const pixels = new Uint8Array(WIDTH * HEIGHT)
  const fill = (left: number, right: number, top: number, bottom: number, colour: number): void => {
    for (let y = top; y < bottom; y++) pixels.fill(colour, y * WIDTH + left, y * WIDTH + right)
  }
  for (const quarter of [0, 0.25, 0.5, 0.75, 1]) {
    const y = Math.min(HEIGHT - 2, Math.round(quarter * HEIGHT))
    fill(0, WIDTH, y, y + 2, LINE)
  }
  const highest = Math.max(0, ...bars.map(({ value }) => value ?? 0))
  const toHeight = (value: number) => (value <= 0 ? 0 : Math.max(2, Math.round((value / highest) * HEIGHT)))
  const slot = WIDTH / Math.max(1, bars.length)
  const gap = slot > 8 ? 2 : 0
  for (const [at, { value, part }] of bars.entries()) {
    const [left, right] = [Math.round(at * slot), Math.max(Math.round(at * slot) + 1, Math.round((at + 1) * slot) - gap)]
    fill(left, right, HEIGHT - toHeight(value ?? 0), HEIGHT, BAR)
    fill(left, right, HEIGHT - toHeight(Math.min(part, value ?? 0)), HEIGHT, PART)
  }
  return toPng({ width: WIDTH, height: HEIGHT, colours: COLOURS, pixels })
}
