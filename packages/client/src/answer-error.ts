/** The server answered, and the answer cannot be used. `message` says what to do about it. */
export class WaysideAnswerError extends Error {
  override readonly name = 'WaysideAnswerError'
  /** `too_large`: longer than `maxAnswerBytes`. `not_json`: as of a server that is none of Wayside. */
  readonly code: 'too_large' | 'not_json'

  constructor(code: WaysideAnswerError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
