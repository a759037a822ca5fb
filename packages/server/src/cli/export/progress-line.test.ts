import type { ExportJob } from '@wayside/client'
import { expect, test } from 'vitest'
import { toProgressLine } from './progress-line.ts'

const JOB: ExportJob = { id: '1', fileName: 'a.csv', of: 'requests', format: 'csv', state: 'running', from: 0, to: 1, askedBy: 'key', askedAt: 0, endedAt: null, rows: 1_234, expectedRows: 10_000, bytes: 3_565_158, problem: null, expiresAt: null }

test.each([
  [{}, '1,234 of about 10,000 rows, 12 %, 3.4 MiB'],
  [{ rows: 11_000 }, '11,000 of about 10,000 rows, 100 %, 3.4 MiB'],
  [{ expectedRows: null }, '1,234 rows, 3.4 MiB'],
  [{ rows: 0, expectedRows: 0, bytes: 0 }, '0 rows, 0.0 MiB'],
  [{ state: 'queued' as const }, 'waiting for other exports'],
])('%j is told as %j', (over, line) => {
  expect(toProgressLine({ ...JOB, ...over })).toBe(line)
})
