import { MONITOR_LIMITS, type MonitorInput } from '@wayside/protocol'
import { checkPattern, MAX_PATTERN_COST } from '../query/check-pattern.ts'
import { QueryProblem } from '../query/query-problem.ts'
import { isAffordable } from './body-rule.ts'
import { parseExpectedStatus } from './expected-status.ts'

/** What the connection itself is made with. */
const OWN_HEADERS = ['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'keep-alive', 'proxy-connection', 'expect']
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/** What is wrong with settings of a monitor, in words that say what to change; `null` when nothing is. Types and bounds of numbers are checked before. */
export function refuseMonitor({ name, url, headers, intervalMs, timeoutMs, expectedStatus, body }: MonitorInput): string | null {
  if (name.trim() !== name || name === '' || name.length > MONITOR_LIMITS.nameLength || /\p{C}/u.test(name))
    return `The name must have 1 to ${MONITOR_LIMITS.nameLength} printable characters and no spaces around it.`
  const target = URL.parse(url)
  // The parser takes control characters out of an address, which lists would show as they were given.
  if (target === null || (target.protocol !== 'http:' && target.protocol !== 'https:') || url.length > MONITOR_LIMITS.urlLength || /[\s\p{C}]/u.test(url))
    return `The URL must be an address that begins with http:// or https://, of at most ${MONITOR_LIMITS.urlLength} characters.`
  if (target.username !== '' || target.password !== '') return 'The URL must not hold a user name or password: everyone who sees the monitor sees it. Send them in the header Authorization.'
  if (timeoutMs > intervalMs) return 'The timeout must not be longer than the interval.'
  if (parseExpectedStatus(expectedStatus) === null) return 'The expected status must be codes and ranges from 100 to 599, such as "200-299, 404".'
  return refuseHeaders(headers) ?? refuseBody(body)
}

function refuseHeaders(headers: MonitorInput['headers']): string | null {
  const pairs = Object.entries(headers)
  if (pairs.length > MONITOR_LIMITS.headers) return `There must be at most ${MONITOR_LIMITS.headers} headers.`
  for (const [name, value] of pairs) {
    if (!TOKEN.test(name) || name.length > MONITOR_LIMITS.nameLength) return 'The name of a header must have letters, digits and dashes.'
    if (OWN_HEADERS.includes(name.toLowerCase())) return `The header ${name} follows from the address and the method: leave it out.`
    // Visible Latin-1, as HTTP has it.
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value) || value.length > MONITOR_LIMITS.headerLength)
      return `The value of the header ${name} must have at most ${MONITOR_LIMITS.headerLength} printable characters in one line.`
  }
  return null
}

function refuseBody(body: MonitorInput['body']): string | null {
  if (body === null) return null
  if (body.text === '' || body.text.length > MONITOR_LIMITS.bodyTextLength) return `The text of the body must have 1 to ${MONITOR_LIMITS.bodyTextLength} characters.`
  if (body.rule !== 'matches') return null
  try {
    return checkPattern(body.text, '/body/text') > MAX_PATTERN_COST || !isAffordable(body.text) ? 'The pattern of the body is too costly: give a simpler one.' : null
  } catch (error) {
    if (!(error instanceof QueryProblem)) throw error
    return `The pattern of the body cannot be used: ${error.message}.`
  }
}
