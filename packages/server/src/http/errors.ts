import type { Socket } from 'node:net'
import type { Problem } from '@wayside/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BackPressure } from '../journal/back-pressure.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { Settings } from '../config/settings.ts'
import type { Log } from '../log/log.ts'
import { PasswordsBusy } from '../people/passwords.ts'
import { QueryProblem } from '../query/query-problem.ts'
import { StoreBusy } from '../store/store-busy.ts'
import { TooMuch } from '../store/store-query.ts'
import { ProblemError, quote, toProblem } from './problem.ts'
import { toRetryAfter } from './retry-after.ts'
import type { Rule } from './rule.ts'

/**
 * Makes a problem document of every error and of every address that does not exist.
 * @param onRule - told the rule that a refused request broke
 */
export function answerErrors(app: FastifyInstance, { basePath, role }: Pick<Settings, 'basePath' | 'role'>, log: Log, onRule: (rule: Rule) => void): void {
  const allowed = gatherMethods(app)

  app.setErrorHandler((error, request, reply) => {
    const problem = toProblemError(error, request, log)
    if (problem.rule !== null) onRule(problem.rule)
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) => {
    const methods = allowed.get(request.url.split('?', 1)[0] ?? '')
    const problem =
      methods === undefined
        ? new ProblemError(404, `There is nothing at this address${role === 'all' ? '' : ` of a server with the role ${role}`}. ${basePath}/docs lists what there is.`)
        : new ProblemError(405, `This address takes ${[...methods].join(', ')}, not ${quote(request.method)}.`, {
            allow: [...methods].join(', '),
          })
    return sendProblem(reply, problem)
  })
}

/** Turns whatever a route threw into the problem to answer with; what only we can mend goes to the log. */
export function toProblemError(error: unknown, request: FastifyRequest, log: Log): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof BackPressure) {
    log.warn('took no events', { reason: error.message })
    return new ProblemError(
      503,
      'The server cannot store events at present. Send the same again later.',
      { 'retry-after': toRetryAfter(error.retryAfterMs) },
      { rule: 'server-room', cause: error },
    )
  }
  if (error instanceof StoreBusy)
    return new ProblemError(503, `The store is busy: ${error.message}.`, { 'retry-after': '5' })
  if (error instanceof QueryProblem) return new ProblemError(400, toDetail(error), {}, { pointer: error.pointer, cause: error })
  if (error instanceof TooMuch)
    return new ProblemError(422, `This is too much at once: ${error.message}.`, {}, { cause: error, ...(error.pointer !== null && { pointer: error.pointer }) })
  if (error instanceof PasswordsBusy) return new ProblemError(503, 'Too many log in at once. Try again.', { 'retry-after': '5' }, { cause: error })
  if (error instanceof DatabaseUnavailable) {
    log.warn('the registry did not answer', { error })
    return new ProblemError(503, 'The server cannot look up keys at present. Send the same again later.', { 'retry-after': '5' })
  }
  const status = statusOf(error)
  if (isInvalid(error)) return new ProblemError(400, toAdvice(error))
  if (status >= 400 && status < 500)
    return new ProblemError(status, CLIENT_ADVICE[status] ?? 'The request cannot be understood.')
  log.error('a request failed', { method: request.method, route: request.routeOptions.url ?? null, error })
  return new ProblemError(500, 'The server failed at this request. Its log says why.')
}

function toDetail({ pointer, message }: QueryProblem): string {
  return pointer === '' ? `The query is not valid: ${message}.` : `The query is not valid at ${quote(pointer)}: ${message}.`
}

/** Writes the answer to what is no HTTP, or came too slowly; there is no request to answer to yet. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = toClientProblem(error.code)
  const body = JSON.stringify(problem)
  socket.write(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
  // Half-closed it would live for as long as the other side cares to dribble.
  socket.destroySoon()
}

function toClientProblem(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return toProblem(408, 'The request came too slowly.', 'pace')
  if (code === 'HPE_HEADER_OVERFLOW') return toProblem(431, 'The headers have more than 16 KiB.', 'http')
  return toProblem(400, 'This is not a valid HTTP request.', 'http')
}

const CLIENT_ADVICE: Readonly<Record<number, string>> = {
  400: 'The request is not valid HTTP, or its body is not what its headers say.',
  413: 'The body is too large.',
  415: 'Send the body as "Content-Type: application/json".',
}

/** Writes a problem document. */
export function sendProblem(reply: FastifyReply, error: ProblemError): FastifyReply {
  return reply
    .code(error.status)
    .headers(error.headers)
    .type('application/problem+json')
    .send(toProblem(error.status, error.message, error.rule, error.pointer))
}

/** The methods of each address, to tell a wrong method from a wrong address. Our addresses hold no parameters. */
function gatherMethods(app: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', (route) => {
    const known = methods.get(route.url) ?? new Set()
    for (const method of [route.method].flat()) known.add(method)
    methods.set(route.url, known)
  })
  return methods
}

interface InvalidInput {
  readonly validationContext?: string
  readonly validation: readonly {
    readonly instancePath: string
    readonly keyword: string
    readonly message?: string
    readonly params: Record<string, unknown>
    readonly data?: unknown
  }[]
}

function isInvalid(error: unknown): error is InvalidInput {
  return error instanceof Error && 'validation' in error && Array.isArray(error.validation)
}

function toAdvice(error: InvalidInput): string {
  const fault = error.validation[0]
  if (fault === undefined) return 'The request is not valid.'
  const where = error.validationContext === 'querystring' ? 'parameter' : (error.validationContext ?? 'request')
  if (fault.keyword === 'additionalProperties')
    return `There is no ${where} ${quote(fault.params['additionalProperty'])}.`
  if (fault.keyword === 'required') return `The ${where} ${quote(fault.params['missingProperty'])} is missing.`
  const choices = Array.isArray(fault.params['allowedValues']) ? `: ${fault.params['allowedValues'].join(', ')}` : ''
  return `The ${where} ${quote(fault.instancePath.slice(1))} ${fault.message ?? 'is not valid'}${choices}; got ${quote(fault.data)}.`
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500
}
