/** A question that cannot be asked. The message says what to do about it. */
export class QueryProblem extends Error {
  override readonly name = 'QueryProblem'
  /** Where in the query: a JSON pointer such as `/filter/1/0`. */
  readonly pointer: string

  constructor(pointer: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.pointer = pointer
  }
}
