const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** Values as bars from 0 to the highest, in at most so many characters; where several share one, the highest shows. Nothing measured is a blank. */
export function sparkline(values: readonly (number | null)[], maxWidth = Infinity): string {
  const shown = values.length <= maxWidth ? values : Array.from({ length: maxWidth }, (_, at) => highest(values.slice(Math.floor((at * values.length) / maxWidth), Math.floor(((at + 1) * values.length) / maxWidth))))
  const most = highest(shown) ?? 0
  return shown.map((value) => (value === null ? ' ' : (BARS[most === 0 ? 0 : Math.min(7, Math.floor((value / most) * 8))] ?? ' '))).join('')
}

/** A value as a bar of a length, to an eighth of a character. */
export function bar(value: number | null, most: number, width: number): string {
  if (value === null || most <= 0) return ''
  const eighths = Math.round((value / most) * width * 8)
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}

function highest(values: readonly (number | null)[]): number | null {
  return values.reduce((most, value) => (value === null ? most : Math.max(most ?? 0, value)), null)
}
