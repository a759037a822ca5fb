import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { QueryAnswer } from '@wayside/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../problem.ts'
import { formatOf, type Format } from './format.ts'
import { toCsv } from './to-csv.ts'
import { toNdjson } from './to-ndjson.ts'

/** Writes an answer in the format that was asked for. One of a range that is over has a tag; who has it still gets a 304. */
export function sendAnswer(request: FastifyRequest, reply: FastifyReply, answer: QueryAnswer, asked: Format | undefined): FastifyReply {
  const format = formatOf(request, asked)
  void reply.headers({ 'cache-control': 'private, no-cache', vary: 'Accept, Authorization' })
  if (answer.meta.to <= answer.meta.completeUntil) {
    const tag = tagOf(answer, format)
    void reply.header('etag', tag)
    if (request.method === 'GET' && holds(request.headers['if-none-match'], tag)) return reply.code(304).send()
  }
  if (format === 'json') return reply.type('application/json').send(JSON.stringify(answer))
  if (answer.nextCursor !== null) void reply.header('x-wayside-next-cursor', inHeader(answer.nextCursor))
  const [type, lines] = format === 'csv' ? ['text/csv; charset=utf-8; header=present', toCsv(answer)] : ['application/x-ndjson', toNdjson(answer)]
  return reply.type(type).send(Readable.from(inChunks(lines)))
}

/** Weak, as the time that it took and the instant it is complete until are not of the answer. */
function tagOf({ columns, rows, totals, comparison, meta }: QueryAnswer, format: Format): string {
  const { from, to, exact, warnings } = meta
  return `W/"${createHash('sha256').update(JSON.stringify([format, columns, rows, totals, comparison, from, to, exact, warnings])).digest('base64url').slice(0, 22)}"`
}

function holds(header: string | undefined, tag: string): boolean {
  return header !== undefined && header.split(',').some((each) => each.trim() === tag || each.trim() === '*')
}

/** HTTP clients refuse headers of 16 KiB. */
const MAX_CURSOR_LENGTH = 8_192

function inHeader(cursor: string): string {
  if (cursor.length <= MAX_CURSOR_LENGTH) return cursor
  throw new ProblemError(422, 'The next page begins after values that are too long for the header x-wayside-next-cursor: ask for json, or for a larger "limit".')
}

const CHUNK_LENGTH = 16_384

/** Many short lines are written as a few long ones. */
function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = ''
  for (const line of lines) {
    chunk += line
    if (chunk.length < CHUNK_LENGTH) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}
