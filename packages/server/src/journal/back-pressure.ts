/** The server cannot take more at the moment: nothing of what was sent is kept, and sending it again later helps. */
export class BackPressure extends Error {
  override readonly name = 'BackPressure'
  /** How long the sender should wait, milliseconds. */
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterMs = retryAfterMs
  }
}
