import type { AlertCondition, AlertRuleInput } from '@wayside/protocol'

/** What a rule remembers from window to window, by value; `''` is all requests together. */
export type RuleState = Readonly<Record<string, ValueState>>

export interface ValueState {
  /** Windows in a row that met the condition. */
  readonly streak: number
  /** The alert that goes on; `null` where none does. */
  readonly firing: { readonly startedAt: number; readonly lastSeenAt: number } | null
  /** Nothing is told of it before. */
  readonly suppressedUntil: number
}

/** One window of traffic. */
export interface RuleWindow {
  /** Its end, milliseconds since 1970. */
  readonly end: number
  readonly values: ReadonlyMap<string, Measured>
}

export interface Measured {
  /** `null` where nothing was measured. */
  readonly value: number | null
  readonly requests: number
  /** The same of windows before, in any order; empty where the condition asks for none. */
  readonly history: readonly number[]
  /** What is unusual, where a detector has found something: the end of a sentence that begins with the value. */
  readonly finding?: string
}

export type Happening =
  | { readonly kind: 'fired'; readonly value: string; readonly at: number; readonly observed: number | null; readonly bound: number | null; readonly finding?: string }
  | { readonly kind: 'recovered'; readonly value: string; readonly at: number; readonly startedAt: number }
  /** It goes on. */
  | { readonly kind: 'seen'; readonly value: string; readonly at: number; readonly startedAt: number }

export interface Evaluation {
  readonly state: RuleState
  readonly happenings: readonly Happening[]
}

const MINUTE_MS = 60_000

type Settings = Pick<AlertRuleInput, 'condition' | 'consecutive' | 'minRequests' | 'suppressMinutes' | 'recoverMinutes'>

/** What a window brings for a rule. The same state and window bring the same, whoever asks and whenever. */
export function evaluate(rule: Settings, state: RuleState, { end, values }: RuleWindow): Evaluation {
  const happenings: Happening[] = []
  const next: Record<string, ValueState> = {}
  for (const name of new Set([...Object.keys(state), ...values.keys()])) {
    const before = state[name] ?? QUIET
    const measured = values.get(name)
    const breach = measured === undefined || measured.requests < rule.minRequests ? null : toBreach(rule.condition, measured)
    const after = breach === null ? toCalmer(rule, before, end) : toLouder(rule, before, end)
    if (before.firing === null && after.firing !== null) happenings.push({ kind: 'fired', value: name, at: end, observed: measured?.value ?? null, bound: breach?.bound ?? null, ...(measured?.finding !== undefined && { finding: measured.finding }) })
    else if (before.firing !== null && after.firing === null) happenings.push({ kind: 'recovered', value: name, at: end, startedAt: before.firing.startedAt })
    else if (before.firing !== null && breach !== null) happenings.push({ kind: 'seen', value: name, at: end, startedAt: before.firing.startedAt })
    // What tells nothing is forgotten: there may be many values.
    if (after.streak > 0 || after.firing !== null || after.suppressedUntil > end) next[name] = after
  }
  return { state: next, happenings }
}

const QUIET: ValueState = { streak: 0, firing: null, suppressedUntil: 0 }

function toLouder({ consecutive, suppressMinutes }: Settings, before: ValueState, end: number): ValueState {
  const streak = before.streak + 1
  if (before.firing !== null) return { ...before, streak, firing: { ...before.firing, lastSeenAt: end } }
  if (streak < consecutive || end < before.suppressedUntil) return { ...before, streak }
  return { streak, firing: { startedAt: end, lastSeenAt: end }, suppressedUntil: end + suppressMinutes * MINUTE_MS }
}

function toCalmer({ recoverMinutes }: Settings, before: ValueState, end: number): ValueState {
  const isOver = before.firing !== null && end - before.firing.lastSeenAt >= recoverMinutes * MINUTE_MS
  return { ...before, streak: 0, firing: isOver ? null : before.firing }
}

/** What a value is held against when it meets the condition; `null` when it does not. */
function toBreach(condition: AlertCondition, { value, history }: Measured): { readonly bound: number | null } | null {
  if (value === null) return null
  switch (condition.kind) {
    case 'threshold':
      return COMPARE[condition.comparison](value, condition.value) ? { bound: condition.value } : null
    case 'percentile': {
      if (history.length < condition.minHistory) return null
      const bound = percentileOf(history, condition.percentile) * condition.factor
      return value > bound ? { bound } : null
    }
    case 'band': {
      if (history.length < condition.minHistory) return null
      const [low, high] = [percentileOf(history, condition.low), percentileOf(history, condition.high)]
      if (value > high) return { bound: high }
      return value < low && percentileOf(history, 50) >= condition.minExpected ? { bound: low } : null
    }
    case 'newValue':
      // Counts of the windows before, its own among them: no other means that it is new.
      return history.length === 0 ? { bound: null } : null
    case 'accessPattern':
    case 'unseenSource':
      return value > 0 ? { bound: null } : null
  }
}

const COMPARE = {
  gt: (a: number, b: number) => a > b,
  gte: (a: number, b: number) => a >= b,
  lt: (a: number, b: number) => a < b,
  lte: (a: number, b: number) => a <= b,
}

/** Linear between the two nearest. */
export function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = ((sorted.length - 1) * percentile) / 100
  const below = sorted[Math.floor(at)] ?? 0
  return below + ((sorted[Math.ceil(at)] ?? below) - below) * (at - Math.floor(at))
}
