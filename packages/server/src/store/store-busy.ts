/** The store cannot answer now: too many questions wait, or this one took too long. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy'
}
