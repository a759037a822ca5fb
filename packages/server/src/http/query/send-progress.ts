import { PassThrough } from 'node:stream'
import type { QueryAnswer } from '@wayside/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../log/log.ts'
import { toProblemError } from '../errors.ts'
import { toProblem } from '../problem.ts'

/** Whether who asks wants to watch how far the answer is. */
export function wantsProgress({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return (headers.accept ?? '').toLowerCase().includes('text/event-stream')
}

/**
 * Answers with server-sent events: `progress` with the part that is `done`, a few times a second, then `answer`, or
 * `problem` with a problem document. The work ends when the client leaves.
 */
export function sendProgress(request: FastifyRequest, reply: FastifyReply, log: Log, work: (onProgress: (done: number) => void) => Promise<QueryAnswer>): FastifyReply {
  const stream = new PassThrough()
  const tell = (event: 'progress' | 'answer' | 'problem', data: unknown): void => {
    if (!stream.destroyed) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  tell('progress', { done: 0 })
  void work((done) => tell('progress', { done }))
    .then((answer) => tell('answer', answer))
    .catch((error: unknown) => {
      const { status, message, rule, pointer } = toProblemError(error, request, log)
      tell('problem', toProblem(status, message, rule, pointer))
    })
    .finally(() => stream.end())
  return reply.headers({ 'cache-control': 'private, no-store', 'x-accel-buffering': 'no' }).type('text/event-stream').send(stream)
}
