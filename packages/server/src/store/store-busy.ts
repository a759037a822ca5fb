/**
 * The store cannot answer now: too many questions wait, or this one took too long. The message is for who asked; what
 * only an operator should read is in `cause`.
 */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy'
}
