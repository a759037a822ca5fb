/** What a journal segment holds cannot be stored: trying again does not help, leaving out the batch that spoils it does. */
export class SegmentRefused extends Error {
  override readonly name = 'SegmentRefused'
}
