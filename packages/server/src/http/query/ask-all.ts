import type { Problem, Query, QueryAnswer } from '@wayside/protocol'
import type { FastifyRequest } from 'fastify'
import type { Project } from '../../registry/registry.ts'
import { toProblemError } from '../errors.ts'
import { toProblem } from '../problem.ts'
import type { Services } from '../services.ts'
import { ask } from './ask.ts'

/** Each query under its name has an answer or a problem. */
export interface Answers {
  readonly answers: Readonly<Record<string, QueryAnswer>>
  readonly problems: Readonly<Record<string, Problem>>
}

/** Questions of one request that are with the store at a time, so that it does not crowd out the others. */
const AT_ONCE = 2

/** Answers queries together; one that fails spoils no other. `parse` says what the query of a name is. */
export async function askAll<Source>(services: Services, request: FastifyRequest, project: Project, sources: ReadonlyMap<string, Source>, parse: (source: Source) => Query, signal: AbortSignal): Promise<Answers> {
  const answers = new Map<string, QueryAnswer>()
  const problems = new Map<string, Problem>()
  const rest = sources.entries()

  async function work(): Promise<void> {
    for (const [name, source] of rest) {
      try {
        answers.set(name, await ask(services, { project }, parse(source), signal))
      } catch (error) {
        signal.throwIfAborted()
        const problem = toProblemError(error, request, services.log)
        problems.set(name, toProblem(problem.status, problem.message, problem.rule, problem.pointer))
      }
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { answers: inOrder(sources, answers), problems: inOrder(sources, problems) }
}

function inOrder<Value>(sources: ReadonlyMap<string, unknown>, values: ReadonlyMap<string, Value>): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    [...sources.keys()].flatMap((name) => {
      const value = values.get(name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}
