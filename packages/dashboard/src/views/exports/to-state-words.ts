import type { ExportJob } from '@wayside/protocol'

/** How far a file is. */
export function toStateWords({ state, rows, expectedRows, problem }: Pick<ExportJob, 'state' | 'rows' | 'expectedRows' | 'problem'>): string {
  switch (state) {
    case 'queued':
      return 'Waits'
    case 'running':
      return expectedRows === null || expectedRows === 0 ? 'Is made' : `${Math.min(99, Math.floor((rows / expectedRows) * 100))} %`
    case 'done':
      return 'Ready'
    case 'failed':
      return `Failed: ${problem ?? 'the log of the server says why'}`
  }
}
