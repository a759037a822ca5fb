interface Span {
  readonly from: number
  readonly to: number
}

/** Minutes of a range that have passed: it ends with the interval under way, and what of that is still to come holds no requests. */
export function toMinutes(meta: (Span & { readonly completeUntil: number }) | undefined): number {
  return meta === undefined ? 1 : Math.max(1, (Math.min(meta.to, meta.completeUntil) - meta.from) / 60_000)
}

/** Minutes of the range that it is compared with. */
export function toMinutesBefore(span: Span | null): number {
  return span === null ? 1 : Math.max(1, (span.to - span.from) / 60_000)
}
