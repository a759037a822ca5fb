import type { CoveredMs } from '@wayside/protocol'
import { uptimeOf } from '../../monitor/coverage.ts'
import { escapeHtml } from './escape-html.ts'
import type { PublicMonitor, PublicStatus } from './read-status.ts'

const STATE_WORDS = { up: 'Up', degraded: 'Degraded', down: 'Down', paused: 'Not checked', waiting: 'Not checked yet' } as const
const MARKS = { up: '✓', degraded: '!', down: '✕', paused: '–', waiting: '…' } as const

export interface HtmlOptions {
  /** Path of the style sheet. */
  readonly stylePath: string
}

/** A public status page. It needs no script. */
export function toStatusHtml(status: PublicStatus, { stylePath }: HtmlOptions): string {
  const { title, description, monitors, traffic } = status
  const { mark, words } = toHeadline(monitors)
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}: ${words}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="${stylePath}"></head>
<body><main>
<h1>${escapeHtml(title)}</h1>
${description === '' ? '' : `<p>${escapeHtml(description)}</p>\n`}<p class="headline ${mark}"><b aria-hidden="true">${MARKS[mark]}</b> ${words}</p>
${toMaintenance(status)}${monitors.length === 0 ? '' : `<ul class="monitors">\n${monitors.map((monitor) => toMonitor(monitor, status.timeZone)).join('\n')}\n</ul>`}
${traffic === null ? '' : toTraffic(traffic, status.timeZone)}
${toIncidents(status)}
<footer>As of ${toTime(status.at, status.timeZone)}, ${escapeHtml(status.timeZone)}</footer>
</main></body></html>
`
}

/** The page where there is none. */
export function toMissingHtml({ stylePath }: HtmlOptions): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>No status page</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${stylePath}"></head>
<body><main><h1>There is no status page here</h1><p>See that the address is spelled right.</p></main></body></html>
`
}

function toHeadline(monitors: readonly PublicMonitor[]): { readonly mark: keyof typeof MARKS; readonly words: string } {
  const count = (state: PublicMonitor['state']): number => monitors.filter((each) => each.state === state && !each.inMaintenance).length
  const [down, degraded, up] = [count('down'), count('degraded'), count('up')]
  if (down > 0) return { mark: 'down', words: `${down} of ${monitors.length} down` }
  if (degraded > 0) return { mark: 'degraded', words: `${degraded} of ${monitors.length} degraded` }
  if (up > 0) return { mark: 'up', words: up === monitors.length ? 'All is up' : `${up} of ${monitors.length} up` }
  return { mark: 'waiting', words: 'Nothing is checked at present' }
}

function toMonitor({ name, state, uptime, days, inMaintenance }: PublicMonitor, timeZone: string): string {
  const word = inMaintenance ? 'Maintenance' : STATE_WORDS[state]
  return `<li><div class="row"><h2>${escapeHtml(name)}</h2><span class="state ${inMaintenance ? 'maintenance' : state}"><b aria-hidden="true">${inMaintenance ? '⚒' : MARKS[state]}</b> ${word}</span></div>
${toBars(
  days.map((day) => ({ kind: kindOf(day), title: `${toDate(day.time, timeZone)}: ${describe(day)}` })),
  `${name}, the last ${days.length} days: ${toPercent(uptime.days90)} up`,
)}
<div class="row soft"><span>${days.length} days ago</span><span>${toPercent(uptime.days90)} up</span><span>today</span></div></li>`
}

function toTraffic({ whole, days }: NonNullable<PublicStatus['traffic']>, timeZone: string): string {
  const kind = (part: number | null): Bar['kind'] => (part === null ? 'none' : part >= 0.999 ? 'up' : part >= 0.99 ? 'degraded' : 'down')
  return `<section><div class="row"><h2>Real requests</h2><span>${toPercent(whole)} without a server error</span></div>
${toBars(
  days.map(({ time, part }) => ({ kind: kind(part), title: `${toDate(time, timeZone)}: ${part === null ? 'no requests' : `${toPercent(part)} without a server error`}` })),
  `Real requests, the last ${days.length} days: ${toPercent(whole)} without a server error`,
)}
<div class="row soft"><span>${days.length} days ago</span><span>today</span></div></section>`
}

function toIncidents({ incidents, timeZone, at }: PublicStatus): string {
  const rows = incidents.map(({ name, startedAt, endedAt }) => {
    const end = endedAt === null ? 'until now' : `for ${toDuration(endedAt - startedAt)}`
    return `<li><b>${escapeHtml(name)}</b> was down from ${toTime(startedAt, timeZone)} ${end}${endedAt === null ? `, ${toDuration(at - startedAt)} so far` : ''}</li>`
  })
  return `<section><h2>The last 14 days</h2>${rows.length === 0 ? '<p>No incidents.</p>' : `<ul class="list">${rows.join('\n')}</ul>`}</section>`
}

function toMaintenance({ maintenance, timeZone, at }: PublicStatus): string {
  if (maintenance.length === 0) return ''
  const rows = maintenance.map(
    ({ name, from, to, note }) =>
      `<li><b>${name === null ? 'All of it' : escapeHtml(name)}</b>: maintenance ${from <= at ? 'under way' : `from ${toTime(from, timeZone)}`} until ${toTime(to, timeZone)}${note === '' ? '' : `. ${escapeHtml(note)}`}</li>`,
  )
  return `<section class="notice"><ul class="list">${rows.join('\n')}</ul></section>\n`
}

interface Bar {
  readonly kind: 'up' | 'degraded' | 'down' | 'maintenance' | 'none'
  readonly title: string
}

function toBars(bars: readonly Bar[], label: string): string {
  const rects = bars.map(({ kind, title }, at) => `<rect class="${kind}" x="${at * 4}" width="3" height="32"><title>${escapeHtml(title)}</title></rect>`)
  return `<svg class="bars" role="img" aria-label="${escapeHtml(label)}" viewBox="0 0 ${bars.length * 4 - 1} 32" preserveAspectRatio="none">${rects.join('')}</svg>`
}

/** A minute a day is a slip, an hour a day without its target. */
const SHORT_MS = 60_000

function kindOf(day: CoveredMs): Bar['kind'] {
  if (day.downMs > SHORT_MS) return 'down'
  if (day.downMs > 0 || day.degradedMs > SHORT_MS) return 'degraded'
  if (day.upMs + day.degradedMs > 0) return 'up'
  return day.maintenanceMs > 0 ? 'maintenance' : 'none'
}

function describe(day: CoveredMs): string {
  const uptime = uptimeOf(day)
  if (uptime === null) return day.maintenanceMs > 0 ? 'maintenance' : 'not checked'
  return `${toPercent(uptime)} up${day.downMs > 0 ? `, down for ${toDuration(day.downMs)}` : ''}`
}

/** Cut, not rounded: what was down for a second is not 100 %. */
function toPercent(part: number | null): string {
  return part === null ? 'unknown' : `${(Math.floor(part * 10_000 + 1e-6) / 100).toFixed(2)} %`
}

function toDuration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return 'under a minute'
  if (minutes < 60) return `${minutes} min`
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `${Math.floor(minutes / 1_440)} d ${Math.floor((minutes % 1_440) / 60)} h`
}

function toDate(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).format(instant)
}

function toTime(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(instant)
}
