import type { TSchema } from '@fastify/type-provider-typebox'
import type { FastifySchemaCompiler } from 'fastify'
import { Compile } from 'typebox/compile'
import { ProblemError, quote } from '../problem.ts'
import { adviceOf } from './advice-of.ts'

/**
 * Checks parameters of the address as they are, without making numbers or lists of texts, and leaves bodies to
 * `parseQuery`, which says more about them.
 */
export const checkSchema: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (httpPart === 'body') return (value: unknown) => ({ value })
  const parameters = Compile(schema)
  return (value: unknown) => {
    if (parameters.Check(value)) return { value }
    const { pointer, message } = adviceOf(parameters.Errors(value), value)
    return { error: new ProblemError(400, `The ${pointer === '' ? 'parameters are' : `parameter ${quote(pointer.slice(1))} is`} not valid: ${message}.`) }
  }
}
