import type { ThrownStack } from '@wayside/protocol'
import type { StackQuery } from '../store.ts'
import type { Session } from './session.ts'

export async function readStack({ ask, topology }: Session, { projectId, fingerprint }: StackQuery): Promise<ThrownStack | null> {
  const { rows } = await ask(
    `SELECT "errorClass", frames, "seenAt" FROM ${topology.database}.error_stacks
    WHERE "projectId" = {projectId:Int64} AND fingerprint = {fingerprint:String} ORDER BY "seenAt" DESC LIMIT 1`,
    { projectId, fingerprint },
  )
  const [row] = rows
  if (row === undefined) return null
  const [errorClass, frames, seenAt] = row
  // Boundary: the column is a list of texts.
  return { errorClass: String(errorClass), frames: frames as readonly string[], seenAt: Number(seenAt) }
}
