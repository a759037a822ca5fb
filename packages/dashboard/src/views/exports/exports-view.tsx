import type { ExportJob } from '@wayside/protocol'
import { useEffect } from 'preact/hooks'
import { formatBytes } from '../../format/bytes.ts'
import { formatAge } from '../../format/duration.ts'
import { formatCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import type { ViewProps } from '../view-props.ts'
import { FetchButton } from './fetch-button.tsx'
import { MailReportsCard } from './mail-reports-card.tsx'
import { NewExport } from './new-export.tsx'
import { RawFilesCard } from './raw-files-card.tsx'
import { RemoveButton } from './remove-button.tsx'
import { toStateWords } from './to-state-words.ts'

const LOOK_MS = 1_000

/** Files of requests: what is asked for here is made by the server, and stays there until its time is over. */
export function ExportsView(props: ViewProps) {
  const { dates, feed, now } = useDashboard()
  const { exports: list, rawFiles, mailReports } = props.answer.extras
  const isMaking = list?.exports.some(({ state }) => state === 'queued' || state === 'running') ?? false
  useEffect(() => {
    if (!isMaking) return
    const timer = setInterval(feed.refresh, LOOK_MS)
    return () => clearInterval(timer)
  }, [isMaking, feed])

  if (list === undefined) return <ProblemText title="Files" of={props} name="exports" />
  const at = now.peek()
  return (
    <>
      <NewExport scope={props.page.scope} />
      <Card title="Files">
        <DataTable caption="Files" columns={toColumns(at, dates.value.day)} rows={list.exports} rowKey={({ id }) => id} empty="No file has been asked for." limit={50} />
      </Card>
      {rawFiles !== undefined && <RawFilesCard files={rawFiles} />}
      {mailReports?.mayChange === true && <MailReportsCard list={mailReports} />}
    </>
  )
}

function toDays(first: number, last: number, formatDay: (at: number) => string): string {
  const [from, to] = [formatDay(first), formatDay(last)]
  return from === to ? from : `${from} – ${to}`
}

function toColumns(now: number, formatDay: (at: number) => string): readonly Column<ExportJob>[] {
  return [
    {
      id: 'file',
      title: 'File',
      cell: ({ fileName, askedBy }) => (
        <>
          <bdi>{fileName}</bdi>
          {askedBy === 'schedule' && <span class="tag">by itself</span>}
        </>
      ),
    },
    { id: 'of', title: 'Holds', cell: ({ of, from, to }) => `${of === 'requests' ? 'Requests' : 'Answer'}, ${toDays(from, Math.max(from, to - 1), formatDay)}` },
    { id: 'state', title: 'State', cell: (job) => <span title={job.problem ?? undefined}>{toStateWords(job)}</span> },
    { id: 'rows', title: 'Rows', cell: ({ rows }) => formatCount(rows) },
    { id: 'bytes', title: 'Size', cell: ({ bytes }) => formatBytes(bytes) },
    { id: 'asked', title: 'Asked for', cell: ({ askedAt }) => <span class="quiet">{formatAge(now - askedAt)}</span> },
    {
      id: 'actions',
      title: 'Actions',
      cell: (job) => (
        <>
          {job.state === 'done' && <FetchButton job={job} />}
          <RemoveButton job={job} />
        </>
      ),
    },
  ]
}
