const MAX_EXPECTED = 50

/** Statuses that the reader has set aside, of `?expected=404,422`. */
export function parseExpected(params: URLSearchParams): readonly number[] {
  const texts = (params.get('expected') ?? '').split(',')
  return [...new Set(texts.filter((text) => /^[45]\d\d$/.test(text)).map(Number))].slice(0, MAX_EXPECTED)
}

/** The parameter with a status set aside, or not any more; `null` when none is. */
export function formatExpected(expected: readonly number[], toggled: number): string | null {
  const next = expected.includes(toggled) ? expected.filter((status) => status !== toggled) : [...expected, toggled]
  return next.length === 0 ? null : next.toSorted((a, b) => a - b).join(',')
}
