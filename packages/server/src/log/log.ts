/** From the most to the least urgent. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What a line tells beside its message. Never keys, bodies or query strings. */
export type LogFields = Readonly<Record<string, unknown>>

export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>

/** Longer text in a line is cut, so that no one can fill the log with one request. */
const MAX_TEXT_LENGTH = 1_000
const MAX_LINE_LENGTH = 8 * 1_024
/** Lines of one message in a minute, and messages that are counted: nor can anyone with many requests. */
const MAX_LINES_PER_MINUTE = 60
const MAX_MESSAGES = 1_000

/**
 * Writes one JSON object a line. Control characters are escaped, so that what a client sends can neither forge a line
 * nor steer a terminal. Of one message, except at level `debug`, at most 60 lines are written in a minute; the next
 * one after that says in `leftOut` how many were not.
 * @param level - lines less urgent than this are left out
 */
export function createLog(level: LogLevel, write: (line: string) => void, now: () => number = Date.now): Log {
  const limit = LOG_LEVELS.indexOf(level)
  const leaveOut = createLineCount(now)
  const at = (urgency: LogLevel) => (message: string, fields?: LogFields) => {
    if (LOG_LEVELS.indexOf(urgency) > limit) return
    const leftOut = urgency === 'debug' ? 0 : leaveOut(message)
    if (leftOut === null) return
    const head = { time: new Date(now()).toISOString(), level: urgency, message }
    write(`${escapeControls(toLine(head, { ...fields, ...(leftOut > 0 && { leftOut }) }))}\n`)
  }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

/** Counts lines by message: `null` for one too many, else how many were too many before it. */
function createLineCount(now: () => number): (message: string) => number | null {
  const counts = new Map<string, { minute: number; lines: number }>()
  return (message) => {
    const minute = Math.floor(now() / 60_000)
    const before = counts.get(message)
    if (before?.minute === minute) return ++before.lines > MAX_LINES_PER_MINUTE ? null : 0
    if (before === undefined && counts.size >= MAX_MESSAGES) counts.clear()
    counts.set(message, { minute, lines: 1 })
    return Math.max(0, (before?.lines ?? 0) - MAX_LINES_PER_MINUTE)
  }
}

function toLine(head: LogFields, fields: LogFields): string {
  try {
    const line = JSON.stringify({ ...head, ...fields }, toLoggable)
    // What is cut stays one JSON object: the fields become a text.
    return line.length <= MAX_LINE_LENGTH ? line : JSON.stringify({ ...head, cut: line }, toLoggable)
  } catch (error) {
    return JSON.stringify({ ...head, cut: `the fields cannot be written: ${String(error)}` }, toLoggable)
  }
}

function toLoggable(_name: string, value: unknown): unknown {
  if (value instanceof Error)
    return { name: value.name, message: value.message, stack: value.stack, cause: value.cause }
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'string' && value.length > MAX_TEXT_LENGTH ? `${value.slice(0, MAX_TEXT_LENGTH)}…` : value
}

/** JSON escapes C0 controls only; terminals also obey C1 controls, and some viewers break lines at U+2028 and U+2029. */
function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
