import { escapeHtml } from './escape-html.ts'

/** Good, fair and bad, and what is not known; white text on each has a contrast over 4.5. */
const COLOURS = { good: '#0f6e4a', fair: '#8a5200', bad: '#b3261e', unknown: '#55646a' } as const

export interface Badge {
  readonly label: string
  readonly value: string
  readonly colour: keyof typeof COLOURS
}

const HEIGHT = 20
/** Of the letters of a common sans-serif face at 11 px. */
const WIDTH_OF_LETTER = 6.6
const PADDING = 6

/** A small picture with a word and a value, for a README. */
export function toBadge({ label, value, colour }: Badge): string {
  const left = widthOf(label)
  const right = widthOf(value)
  const text = `${label}: ${value}`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT}" role="img" aria-label="${escapeHtml(text)}"><title>${escapeHtml(text)}</title>
<clipPath id="r"><rect width="${left + right}" height="${HEIGHT}" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="${HEIGHT}" fill="#39444a"/><rect x="${left}" width="${right}" height="${HEIGHT}" fill="${COLOURS[colour]}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle"><text x="${left / 2}" y="14" textLength="${left - 2 * PADDING}">${escapeHtml(label)}</text><text x="${left + right / 2}" y="14" textLength="${right - 2 * PADDING}">${escapeHtml(value)}</text></g></svg>
`
}

function widthOf(text: string): number {
  return Math.round([...text].length * WIDTH_OF_LETTER) + 2 * PADDING
}
