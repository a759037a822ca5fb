import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')
const colours = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)/g)].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]),
)

/** Contrast as WCAG 2.2 defines it, 1 to 21. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const TEXT_ON = [
  ['ink', ['ground', 'surface', 'sunken', 'accent-tint', 'bad-tint']],
  ['ink-soft', ['ground', 'surface', 'sunken', 'accent-tint']],
  ['accent', ['surface', 'sunken']],
  ['accent-ink', ['accent']],
  ['good', ['surface']],
  ['bad', ['surface', 'bad-tint']],
] as const
const SHAPE_ON = [
  ['status-informational', ['surface']],
  ['status-success', ['surface']],
  ['status-redirect', ['surface']],
  ['status-client-error', ['surface']],
  ['status-server-error', ['surface']],
  ['line-strong', ['surface']],
  ['accent', ['ground', 'surface', 'sunken']],
] as const

test.each(['light', 'dark'] as const)('text stands out from what lies behind it, %s', (theme) => {
  for (const [text, grounds] of TEXT_ON)
    for (const ground of grounds) expect(ratio(text, ground, theme), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
})

test.each(['light', 'dark'] as const)('bars, borders of fields and focus rings stand out, %s', (theme) => {
  for (const [shape, grounds] of SHAPE_ON)
    for (const ground of grounds) expect(ratio(shape, ground, theme), `${shape} on ${ground}`).toBeGreaterThanOrEqual(3)
})

function ratio(front: string, behind: string, theme: 'light' | 'dark'): number {
  const [a, b] = [colours.get(front), colours.get(behind)]
  if (a === undefined || b === undefined) throw new Error(`tokens.css has no pair of colours for ${front} or ${behind}`)
  return contrast(a[theme], b[theme])
}
