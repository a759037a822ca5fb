import {
  WIRE_GROUPS,
  WIRE_VERSION,
  type Batch,
  type NumberColumn,
  type TextColumn,
  type WireBatch,
  type WireColumns,
  type WireGroup,
} from './batch.ts'
import type { ApiEvent, Outcome } from './event.ts'
import { encodeRanges } from './seq-range.ts'
import { encodeShedWindow, type ShedWindow, type WireShedWindow } from './shed-window.ts'
import { toShortPath } from './short-path.ts'

/** Turns a batch into its wire form, ready for `JSON.stringify`. */
export function encodeBatch(batch: Batch): WireBatch {
  const steps = encodeInSteps(batch)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same in steps of one column or group, so that a caller can give way to other work between them. */
export function* encodeInSteps({ head, events, stacks, droppedSeqs, shed }: Batch): Generator<void, WireBatch> {
  const seq = seqColumn(events)
  const time = deltas(events.map((event) => event.time))
  yield
  return {
    v: WIRE_VERSION,
    producer: head.producerId,
    level: head.privacyLevel,
    sdk: head.sdk,
    framework: head.framework,
    ...(head.environment !== null && { environment: head.environment }),
    ...(head.service !== null && { service: head.service }),
    ...(head.serviceVersion !== null && { serviceVersion: head.serviceVersion }),
    ...(head.instance !== null && { instance: head.instance }),
    books: head.books,
    ...(droppedSeqs.length > 0 && { droppedSeqs: encodeRanges(droppedSeqs) }),
    ...(shed.length > 0 && { shed: yield* encodeWindows(shed) }),
    n: events.length,
    seq,
    time,
    columns: events.length === 0 ? {} : yield* encodeColumns(events),
    ...(stacks.length > 0 && { stacks }),
  }
}

function* encodeWindows(windows: readonly ShedWindow[]): Generator<void, WireShedWindow[]> {
  const encoded: WireShedWindow[] = []
  for (const window of windows) {
    encoded.push(yield* encodeShedWindow(window))
    yield
  }
  return encoded
}

const OUTCOME_NUMBER: Readonly<Record<Outcome, number>> = { completed: 0, aborted_before_headers: 1, aborted_mid_body: 2 }

function* encodeColumns(events: readonly ApiEvent[]): Generator<void, WireColumns> {
  const columns: Record<string, WireGroup<string> | NumberColumn | TextColumn> = {}
  for (const [name, members] of Object.entries(WIRE_GROUPS)) {
    const group = yield* groupColumns(events, members)
    if (group !== null) columns[name] = group
  }
  // Short paths are mostly parameters, which seldom repeat: a list compresses better than a dictionary.
  const paths: (string | null)[] = []
  for (const { path, route } of events) {
    paths.push(toShortPath(path, route))
    if (paths.length % EVENTS_A_STEP === 0) yield
  }
  if (paths.some((path) => path !== null)) columns['path'] = paths
  yield
  const tags = textColumn(distinct(events, (event) => (event.tags === null ? null : JSON.stringify(event.tags))))
  if (tags !== null) columns['tags'] = tags
  yield
  for (const [name, read] of Object.entries(READ_NUMBER)) {
    const column = numberColumn(events, read)
    // Where all completed, as nearly always, the outcome goes without saying.
    if (column !== null && !(name === 'outcome' && column === 0)) columns[name] = column
    yield
  }
  return columns
}

const EVENTS_A_STEP = 200

const READ_NUMBER: { readonly [Name in Exclude<keyof WireColumns, keyof typeof WIRE_GROUPS | 'path' | 'tags'>]: (event: ApiEvent) => number | null } = {
  status: (event) => event.status,
  outcome: (event) => OUTCOME_NUMBER[event.outcome],
  durationUs: (event) => event.durationUs,
  upstreamUs: (event) => event.upstreamUs,
  upstreamCount: (event) => event.upstreamCount,
  requestBytes: (event) => event.requestBytes,
  responseBytes: (event) => event.responseBytes,
}

type GroupMember = (typeof WIRE_GROUPS)[keyof typeof WIRE_GROUPS][number]

/** A function for each member, since a load by a varying name costs several times one by a fixed name. */
const READ_MEMBER: { readonly [Name in GroupMember]: (event: ApiEvent) => string | null } = {
  method: (event) => event.method,
  route: (event) => event.route,
  host: (event) => event.host,
  ip: (event) => event.ip,
  userAgent: (event) => event.userAgent,
  userId: (event) => event.userId,
  apiKeyHash: (event) => event.apiKeyHash,
  oauthClientId: (event) => event.oauthClientId,
  errorClass: (event) => event.errorClass,
  errorFingerprint: (event) => event.errorFingerprint,
  errorMessage: (event) => event.errorMessage,
}

/** `null` when every member of every event is `null`. */
function* groupColumns(events: readonly ApiEvent[], members: readonly GroupMember[]): Generator<void, WireGroup<string> | null> {
  const read: { readonly member: GroupMember; readonly texts: DistinctTexts }[] = []
  // Combinations are numbered member by member; members that do not vary do not take part.
  let index: readonly number[] | null = null
  for (const member of members) {
    const texts = distinct(events, READ_MEMBER[member])
    read.push({ member, texts })
    if (texts.values.length > 1) index = index === null ? texts.index : combine(index, texts.index)
    yield
  }
  const firsts = index === null ? [0] : firstOfEach(index)
  const columns: Record<string, TextColumn> = {}
  for (const { member, texts } of read) {
    const column = textColumn({ values: texts.values, index: firsts.map((at) => texts.index[at] ?? 0) })
    if (column !== null) columns[member] = column
  }
  yield
  if (Object.keys(columns).length === 0) return null
  return { n: firsts.length, ...(index !== null && { index }), members: columns }
}

interface DistinctTexts {
  /** In the order of their first appearance. */
  readonly values: readonly (string | null)[]
  readonly index: readonly number[]
}

function distinct(events: readonly ApiEvent[], read: (event: ApiEvent) => string | null): DistinctTexts {
  const positions = new Map<string | null, number>()
  const index: number[] = []
  let before: string | null | undefined
  let position: number | undefined
  for (const event of events) {
    const value = read(event)
    // Runs are frequent, of `null` above all, and to compare is cheaper than to look up.
    if (value !== before) {
      position = positions.get(value)
      if (position === undefined) positions.set(value, (position = positions.size))
      before = value
    }
    index.push(position ?? 0)
  }
  return { values: [...positions.keys()], index }
}

/** More than a batch has events, so that two positions make one small integer. */
const RADIX = 2_048

/** Numbers the distinct pairs of two indexes in the order of their first appearance. */
function combine(a: readonly number[], b: readonly number[]): number[] {
  const pairs = new Map<number, number>()
  return a.map((position, at) => {
    const pair = position * RADIX + (b[at] ?? 0)
    let number = pairs.get(pair)
    if (number === undefined) pairs.set(pair, (number = pairs.size))
    return number
  })
}

function firstOfEach(index: readonly number[]): number[] {
  const firsts: number[] = []
  for (let at = 0; at < index.length; at++) if (index[at] === firsts.length) firsts.push(at)
  return firsts
}

/** `null` when all are `null`; distinct values with an index where that is shorter than the list. */
function textColumn({ values, index }: DistinctTexts): TextColumn | null {
  if (values.length === 1) return values[0] ?? null
  return values.length * 2 > index.length ? index.map((position) => values[position] ?? null) : { values, index }
}

/** A single number when every event has it, `null` when every event has `null`. */
function numberColumn(events: readonly ApiEvent[], read: (event: ApiEvent) => number | null): NumberColumn | null {
  const column: (number | null)[] = []
  let same = true
  for (const event of events) {
    const value = read(event)
    column.push(value)
    same &&= value === column[0]
  }
  return same ? (column[0] ?? null) : column
}

function seqColumn(events: readonly ApiEvent[]): number | readonly number[] {
  const first = events[0]?.seq ?? 0
  const last = events[events.length - 1]?.seq ?? 0
  return last - first === events.length - 1 ? first : deltas(events.map((event) => event.seq))
}

function deltas(values: readonly number[]): number[] {
  let before = 0
  return values.map((value) => {
    const delta = value - before
    before = value
    return delta
  })
}
