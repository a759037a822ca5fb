import type { ThrownStack } from '@wayside/protocol'
import type { StackQuery } from '../store.ts'
import type { Ask } from './live-database.ts'

export async function readStack(ask: Ask, { projectId, fingerprint }: StackQuery): Promise<ThrownStack | null> {
  const [row] = await ask(() => ({
    sql: 'SELECT error_class, to_json(frames), seen_at FROM error_stacks WHERE project_id = $1::INTEGER AND fingerprint = $2 ORDER BY seen_at DESC LIMIT 1',
    parameters: [projectId, fingerprint],
  }))
  if (row === undefined) return null
  const [errorClass, frames, seenAt] = row
  // Boundary: the column is a list of texts.
  return { errorClass: String(errorClass), frames: JSON.parse(String(frames)) as string[], seenAt: Number(seenAt) }
}
