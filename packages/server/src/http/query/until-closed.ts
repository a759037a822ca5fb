import type { FastifyReply } from 'fastify'
import { ProblemError } from '../problem.ts'

/** Says when the client is gone before it was answered. */
export function untilClosed(reply: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new ProblemError(499, 'The client left before the answer.'))
  })
  return gone.signal
}
