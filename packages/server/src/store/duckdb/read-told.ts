import type { Told } from '../store.ts'
import type { Ask } from './live-database.ts'

export async function readTold(ask: Ask): Promise<Told> {
  const rowsOf = (sql: string) => ask(() => ({ sql, parameters: [] }))
  const shed = await rowsOf(
    `SELECT project_id, minute, last_minute, method, route, status, requests, aborted, request_bytes, response_bytes, to_json(buckets), to_json(counts)
     FROM shed ORDER BY ALL`,
  )
  const dropped = await rowsOf('SELECT project_id, minute, sum(events)::BIGINT FROM dropped GROUP BY ALL ORDER BY ALL')
  const stacks = await rowsOf('SELECT project_id, fingerprint, error_class, to_json(frames), seen_at FROM error_stacks ORDER BY project_id, fingerprint')
  return {
    shed: shed.map(([projectId, minute, lastMinute, method, route, status, requests, aborted, requestBytes, responseBytes, buckets, counts]) => ({
      projectId: Number(projectId),
      minute: Number(minute),
      lastMinute: Number(lastMinute),
      method: String(method),
      route: route === null || route === undefined ? null : String(route),
      status: Number(status),
      requests: Number(requests),
      aborted: Number(aborted),
      requestBytes: Number(requestBytes),
      responseBytes: Number(responseBytes),
      // Boundary: both columns are lists of whole numbers.
      buckets: JSON.parse(String(buckets)) as number[],
      counts: JSON.parse(String(counts)) as number[],
    })),
    dropped: dropped.map(([projectId, minute, events]) => ({ projectId: Number(projectId), minute: Number(minute), events: Number(events) })),
    stacks: stacks.map(([projectId, fingerprint, errorClass, frames, seenAt]) => ({
      projectId: Number(projectId),
      fingerprint: String(fingerprint),
      errorClass: String(errorClass),
      // Boundary: the column is a list of texts.
      frames: JSON.parse(String(frames)) as string[],
      seenAt: Number(seenAt),
    })),
  }
}
