/** From the most to the least urgent. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What a line tells beside its message. Never keys, bodies or query strings. */
export type LogFields = Readonly<Record<string, unknown>>

export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>

/** Longer text in a line is cut, so that no one can fill the log with one request. */
const MAX_TEXT_LENGTH = 1_000

/**
 * Writes one JSON object a line. Control characters are escaped, so that what a client sends can neither forge a line
 * nor steer a terminal.
 * @param level - lines less urgent than this are left out
 */
export function createLog(level: LogLevel, write: (line: string) => void, now: () => number = Date.now): Log {
  const limit = LOG_LEVELS.indexOf(level)
  const at = (urgency: LogLevel) => (message: string, fields?: LogFields) => {
    if (LOG_LEVELS.indexOf(urgency) > limit) return
    const line = { time: new Date(now()).toISOString(), level: urgency, message, ...fields }
    write(`${escapeControls(JSON.stringify(line, toLoggable))}\n`)
  }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
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
