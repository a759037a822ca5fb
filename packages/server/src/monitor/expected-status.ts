/** Inclusive. */
type StatusRange = readonly [from: number, to: number]

/** Codes and ranges such as `200-299, 404`; `null` for a text that is none. */
export function parseExpectedStatus(text: string): readonly StatusRange[] | null {
  const ranges = text.split(',').map((part): StatusRange | null => {
    const [, from, to = from] = /^\s*([1-5]\d\d)\s*(?:-\s*([1-5]\d\d)\s*)?$/.exec(part) ?? []
    return from === undefined || Number(to) < Number(from) ? null : [Number(from), Number(to)]
  })
  const known = ranges.flatMap((range) => (range === null ? [] : [range]))
  return known.length < ranges.length ? null : known
}

/** Whether a status is among them. */
export function isExpected(text: string, status: number): boolean {
  return parseExpectedStatus(text)?.some(([from, to]) => status >= from && status <= to) ?? false
}
