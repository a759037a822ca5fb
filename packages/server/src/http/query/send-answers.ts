import type { FastifyReply } from 'fastify'
import type { Answers } from './ask-all.ts'

/** Writes several answers, and what else there is, as JSON, for the one who asked alone. */
export function sendAnswers<Sent extends Answers>(reply: FastifyReply, answers: Sent): FastifyReply {
  return reply.header('cache-control', 'private, no-cache').type('application/json').send(JSON.stringify(answers))
}
