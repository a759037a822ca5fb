import type { DimensionValue, MailFrequency, QueryAnswer } from '@wayside/protocol'
import type { MailedPicture, OutgoingMail } from '../channels/mailer.ts'
import { formatChange, formatValue } from '../format/format-value.ts'
import type { Span } from '../query/resolve-range.ts'
import type { MailReportAnswers } from './ask-mail-report.ts'
import { drawBars, SHOWN } from './bar-chart.ts'
import { nameOfPeriod } from './frequency.ts'
import { html, type Html } from './html.ts'

/** An e-mail before it has a recipient. */
export type Mail = Required<Pick<OutgoingMail, 'subject' | 'text' | 'html' | 'attachments'>>

export interface MailReport {
  readonly projectName: string
  readonly timeZone: string
  readonly frequency: MailFrequency
  readonly period: Span
  readonly answers: MailReportAnswers
  /** The page of the server. */
  readonly pageUrl: string
  readonly unsubscribeUrl: string
}

/** A report as an e-mail: figures and tables in words and in HTML, and charts, which say nothing that the words leave out. */
export function toMail(report: MailReport): Mail {
  const { projectName, frequency, period, timeZone } = report
  const title = `${projectName}, ${nameOfPeriod(frequency, period, timeZone)}`
  const figures = toFigures(report.answers.totals, timeZone)
  const tables = [toTable('Endpoints with most requests', report.answers.endpoints, timeZone), toTable('Endpoints with most errors', report.answers.failing, timeZone)]
  const charts = toCharts(report)
  return {
    subject: `API report: ${title}`,
    text: toText(title, figures, tables, charts, report),
    html: toHtml(title, figures, tables, charts, report).text,
    attachments: charts.map(({ picture }) => picture),
  }
}

interface Figure {
  readonly name: string
  readonly value: string
  readonly change: string
}

interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

interface Chart {
  readonly title: string
  /** What it shows, in words. */
  readonly words: string
  readonly picture: MailedPicture
}

const NAMES: Readonly<Record<string, string>> = {
  requests: 'Requests',
  errors: 'Errors',
  errorRate: 'Error rate',
  p50: 'Latency p50',
  p95: 'Latency p95',
  consumers: 'Consumers',
  newConsumers: 'New consumers',
  endpoint: 'Endpoint',
}

function toFigures({ columns, rows, comparison }: QueryAnswer, timeZone: string): readonly Figure[] {
  const [row = []] = rows
  const before = comparison?.rows[0] ?? []
  return columns.map((column, at) => ({ name: NAMES[column.key] ?? column.key, value: formatValue(row[at] ?? null, column, timeZone), change: formatChange(row[at], before[at]) }))
}

/** Behind the values stands how the first metric moved. */
function toTable(title: string, { columns, rows, comparison }: QueryAnswer, timeZone: string): Table {
  const first = columns.findIndex(({ kind }) => kind === 'metric')
  return {
    title,
    head: [...columns.map(({ key }) => NAMES[key] ?? key), 'Change'],
    rows: rows.map((row, at) => [
      ...columns.map((column, place) => formatValue(row[place] ?? null, column, timeZone)),
      formatChange(row[first], comparison?.rows[at]?.[0] ?? 0),
    ]),
  }
}

function toCharts({ answers: { series }, timeZone }: MailReport): readonly Chart[] {
  const at = (key: string) => series.columns.findIndex((column) => column.key === key)
  const numbers = (key: string) => series.rows.map((row) => toNumber(row[at(key)]))
  const [requests, errors, p95] = [numbers('requests'), numbers('errors'), numbers('p95')]
  const times = series.rows.map((row) => formatValue(row[0] ?? null, { kind: 'dimension', type: 'instant', unit: null }, timeZone))
  const highest = (key: string, values: readonly (number | null)[]) => {
    const top = Math.max(...values.map((value) => value ?? 0))
    const column = series.columns[at(key)]
    return values.length === 0 || top === 0 || column === undefined ? 'none' : `at most ${formatValue(top, column, timeZone)}, at ${times[values.indexOf(top)] ?? ''}`
  }
  const range = times.length === 0 ? '' : `from ${times[0] ?? ''} to ${times.at(-1) ?? ''}`
  return [
    {
      title: 'Requests, errors in red',
      words: `Requests ${range}: ${highest('requests', requests)}. Errors: ${highest('errors', errors)}.`,
      picture: { fileName: 'requests.png', contentId: 'requests', content: drawBars(requests.map((value, place) => ({ value, part: errors[place] ?? 0 }))) },
    },
    {
      title: 'Latency p95',
      words: `Latency p95 ${range}: ${highest('p95', p95)}.`,
      picture: { fileName: 'latency.png', contentId: 'latency', content: drawBars(p95.map((value) => ({ value, part: 0 }))) },
    },
  ]
}

function toNumber(value: DimensionValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}

function toText(title: string, figures: readonly Figure[], tables: readonly Table[], charts: readonly Chart[], { timeZone, pageUrl, unsubscribeUrl, answers }: MailReport): string {
  return [
    title,
    figures.map(({ name, value, change }) => `${name}: ${value} (${change})`).join('\n'),
    charts.map(({ words }) => words).join('\n'),
    ...tables.map(({ title: heading, head, rows }) => `${heading}\n${rows.length === 0 ? 'None.' : toLines([head, ...rows])}`),
    ...answers.totals.meta.warnings,
    `Times are those of ${timeZone}. Changes are against the same time before.\n${pageUrl}`,
    `Stop these e-mails: ${unsubscribeUrl}`,
  ].join('\n\n')
}

function toLines(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? []
  return rows.map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')).join('\n')
}

const PAGE_STYLE = 'margin:0;padding:24px;background:#f4f6f8;color:#1f2933;font:15px/1.5 system-ui,sans-serif'
const CARD_STYLE = 'max-width:608px;margin:0 auto;padding:24px;background:#fff;border-radius:8px'
const CELL_STYLE = 'padding:6px 12px 6px 0;border-bottom:1px solid #e2e6ec;text-align:left;vertical-align:top'
const NUMBER_STYLE = `${CELL_STYLE};text-align:right;white-space:nowrap`
const HINT_STYLE = 'color:#52606d;font-size:13px'

function toHtml(title: string, figures: readonly Figure[], tables: readonly Table[], charts: readonly Chart[], { timeZone, pageUrl, unsubscribeUrl, answers }: MailReport): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body style="${PAGE_STYLE}"><div style="${CARD_STYLE}">
<h1 style="font-size:20px;margin:0 0 16px">${title}</h1>
<table role="presentation" style="width:100%;border-collapse:collapse">${figures.map(
    ({ name, value, change }) => html`<tr><td style="${CELL_STYLE}">${name}</td><td style="${NUMBER_STYLE}"><strong>${value}</strong></td><td style="${NUMBER_STYLE}">${change}</td></tr>`,
  )}</table>
${charts.map(
    ({ title: heading, words, picture }) => html`<h2 style="font-size:16px;margin:24px 0 8px">${heading}</h2>
<img src="cid:${picture.contentId}" alt="${words}" width="${SHOWN.width}" height="${SHOWN.height}" style="width:100%;max-width:${SHOWN.width}px;height:auto;display:block">
<p style="${HINT_STYLE}">${words}</p>`,
  )}
${tables.map(
    ({ title: heading, head, rows }) => html`<h2 style="font-size:16px;margin:24px 0 8px">${heading}</h2>
${
      rows.length === 0
        ? html`<p>None.</p>`
        : html`<table style="width:100%;border-collapse:collapse"><thead><tr>${head.map((name, at) => html`<th scope="col" style="${at === 0 ? CELL_STYLE : NUMBER_STYLE}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, at) => html`<td style="${at === 0 ? `${CELL_STYLE};word-break:break-all` : NUMBER_STYLE}">${cell}</td>`)}</tr>`)}</tbody></table>`
    }`,
  )}
${answers.totals.meta.warnings.map((warning) => html`<p>${warning}</p>`)}
<p style="${HINT_STYLE}">Times are those of ${timeZone}. Changes are against the same time before.<br>
<a href="${pageUrl}">Open Wayside</a> · <a href="${unsubscribeUrl}">Stop these e-mails</a></p>
</div></body></html>
`
}
