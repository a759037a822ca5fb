import { BODY_RULES, MONITOR_METHODS, type MonitorInput } from '@wayside/protocol'

/** What a form of a monitor holds, as texts. */
export type MonitorFields = Readonly<Record<MonitorField, string>>
export type MonitorField = 'name' | 'url' | 'method' | 'every' | 'timeout' | 'status' | 'rule' | 'text' | 'slow' | 'days' | 'failures' | 'successes' | 'redirects' | 'headers'

const SECOND_MS = 1_000

/** What the API takes. A number that is none goes along as 0, which the server refuses with what to change. Headers left empty stay as they are. */
export function toInput(fields: MonitorFields): Partial<MonitorInput> {
  const { name, url, method, every, timeout, status, rule, text, slow, days, failures, successes, redirects, headers } = fields
  return {
    name: name.trim(),
    url: url.trim(),
    method: MONITOR_METHODS.find((each) => each === method) ?? 'GET',
    intervalMs: toNumber(every) * SECOND_MS,
    timeoutMs: Math.round(toNumber(timeout) * SECOND_MS),
    expectedStatus: status.trim(),
    body: BODY_RULES.flatMap((each) => (each === rule ? [{ rule: each, text }] : []))[0] ?? null,
    slowMs: slow.trim() === '' ? null : toNumber(slow),
    certificateDays: days.trim() === '' ? null : toNumber(days),
    failuresToOpen: toNumber(failures),
    successesToClose: toNumber(successes),
    maxRedirects: toNumber(redirects),
    ...(headers.trim() !== '' && { headers: parseHeaders(headers) }),
  }
}

/** What a form begins with: that of a monitor, or of a new one. */
export function toFields(input: Omit<MonitorInput, 'headers' | 'paused'> | null): MonitorFields {
  if (input === null) return NEW
  const { name, url, method, intervalMs, timeoutMs, expectedStatus, body, slowMs, certificateDays, failuresToOpen, successesToClose, maxRedirects } = input
  return {
    name,
    url,
    method,
    every: String(intervalMs / SECOND_MS),
    timeout: String(timeoutMs / SECOND_MS),
    status: expectedStatus,
    rule: body?.rule ?? '',
    text: body?.text ?? '',
    slow: slowMs === null ? '' : String(slowMs),
    days: certificateDays === null ? '' : String(certificateDays),
    failures: String(failuresToOpen),
    successes: String(successesToClose),
    redirects: String(maxRedirects),
    headers: '',
  }
}

const NEW: MonitorFields = {
  ...{ name: '', url: '', method: 'GET', every: '60', timeout: '10', status: '200-299', rule: '', text: '' },
  ...{ slow: '', days: '14', failures: '2', successes: '2', redirects: '5', headers: '' },
}

/** Lines such as `X-Key: value`. */
function parseHeaders(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':')
      return at === -1 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    }),
  )
}

function toNumber(text: string): number {
  const value = Number(text)
  return Number.isFinite(value) ? value : 0
}
