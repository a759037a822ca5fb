import { boundText } from './text.ts'

/** Why a body is no batch; its message names the member and what it must be. */
export class Refusal extends Error {}

/** One text for each event; `null` when every event has `null`. */
export type TextRow = readonly (string | null)[] | null

/** Reads a group's members, each as one text for each event. */
export function readGroup(columns: Record<string, unknown>, name: string, n: number): (member: string, length: number) => TextRow {
  if (columns[name] === undefined) return () => null
  const group = record(columns[name], `columns.${name}`)
  const members = record(group['members'], `columns.${name}.members`)
  const size = group['n']
  if (!isCount(size) || size < 1 || size > n) throw new Refusal(`columns.${name}.n must be a whole number from 1 to ${n}`)
  const index = group['index'] === undefined ? null : positions(group['index'], n, size, `columns.${name}.index`)
  if (index === null && size > 1) throw new Refusal(`columns.${name}.index is missing`)
  return (member, length) => {
    const values = readTexts(members[member], size, `${name}.members.${member}`, length)
    if (values === null) return null
    return index === null ? repeat(n, values[0] ?? null) : index.map((at) => values[at] ?? null)
  }
}

/** One text for each; `null` when the column is absent. */
export function readTexts(value: unknown, n: number, name: string, length: number): TextRow {
  if (value === undefined) return null
  if (typeof value === 'string') return repeat(n, boundText(value, length))
  if (Array.isArray(value)) {
    if (value.length !== n) throw new Refusal(`columns.${name} must have ${n} texts`)
    return cutTexts(value, name, length)
  }
  const { values, index } = record(value, `columns.${name}`)
  if (!Array.isArray(values) || values.length > n) throw new Refusal(`columns.${name}.values must be at most ${n} texts`)
  const cut = cutTexts(values, name, length)
  return positions(index, n, cut.length, `columns.${name}.index`).map((at) => cut[at] ?? null)
}

function cutTexts(values: readonly unknown[], name: string, length: number): readonly (string | null)[] {
  return values.map((each) => {
    if (each === null) return null
    if (typeof each !== 'string') throw new Refusal(`columns.${name} must hold texts`)
    return boundText(each, length)
  })
}

/** `n` whole numbers, each less than `size`. */
function positions(value: unknown, n: number, size: number, name: string): readonly number[] {
  if (!Array.isArray(value) || value.length !== n) throw new Refusal(`${name} must be a list of ${n} numbers`)
  return value.map((each: unknown) => {
    if (!isCount(each) || each >= size) throw new Refusal(`${name} must point to one of ${size} values`)
    return each
  })
}

/** One number for each event; what is none is `null`. */
export function readNumbers(value: unknown, n: number, name: string): readonly (number | null)[] {
  if (typeof value === 'number') return repeat(n, value)
  if (!Array.isArray(value) || value.length !== n) throw new Refusal(`${name} must be a number or a list of ${n} numbers`)
  return value.every(isNumberOrNull) ? value : value.map((each: unknown) => (isNumberOrNull(each) ? each : null))
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === 'number'
}

function repeat<Value>(n: number, value: Value): readonly Value[] {
  return Array.from({ length: n }, () => value)
}

/** The value as an object with unknown members. */
export function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(`${name} must be an object`)
  return value as Record<string, unknown>
}

/** Whether it is a whole number from 0 that a double holds exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
