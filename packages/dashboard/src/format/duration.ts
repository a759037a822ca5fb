import { formatDigits } from './digits.ts'
import { NOTHING } from './number.ts'

/** A measured duration with its unit, at most three digits: `0.42 ms`, `128 ms`, `1.28 s`, `2.1 min`. */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null) return NOTHING
  if (durationMs === 0) return '0 ms'
  if (durationMs < 0.01) return '<0.01 ms'
  if (durationMs < 999.5) return `${formatDigits(durationMs, durationMs < 1 ? 2 : 3)} ms`
  if (durationMs < 60_000) return `${formatDigits(durationMs / 1_000, 3)} s`
  if (durationMs < 3_600_000) return `${formatDigits(durationMs / 60_000, 3)} min`
  return `${formatDigits(durationMs / 3_600_000, 3)} h`
}

/** How long ago something was, in the largest unit that fits: `now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago`. */
export function formatAge(ageMs: number): string {
  // Clocks of browser and server differ; something cannot have happened in the future.
  if (ageMs < 1_000) return 'now'
  if (ageMs < 60_000) return `${Math.floor(ageMs / 1_000)} s ago`
  if (ageMs < 3_600_000) return `${Math.floor(ageMs / 60_000)} min ago`
  if (ageMs < 86_400_000) return `${Math.floor(ageMs / 3_600_000)} h ago`
  return `${Math.floor(ageMs / 86_400_000)} d ago`
}
