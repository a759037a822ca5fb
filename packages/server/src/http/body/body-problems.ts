import { ProblemError } from '../problem.ts'
import { MAX_RATIO } from './ratio.ts'

/** A 413 that says how much is taken. */
export function tooLarge(maxBytes: number, when: 'as sent' | 'after decompression'): ProblemError {
  const rule = when === 'as sent' ? 'body-bytes' : 'inflated-bytes'
  const advice = `The body has more than ${maxBytes} bytes ${when}. Send it in smaller parts.`
  return new ProblemError(413, advice, {}, { rule })
}

/** A 413 for a body that is mostly air. */
export function tooDense(): ProblemError {
  const advice = `The body grows to more than ${MAX_RATIO} times its size, which no batch does. Send it plain.`
  return new ProblemError(413, advice, {}, { rule: 'compression-ratio' })
}

/** A 400 for a body that claims to be gzip. */
export function badGzip(cause: unknown): ProblemError {
  const advice = 'The body is not valid gzip. Compress it again, or send it without Content-Encoding.'
  return new ProblemError(400, advice, {}, { rule: 'gzip', cause })
}

/** A 415 that names what is taken. */
export function badEncoding(): ProblemError {
  const advice = 'Send the body plain or with "Content-Encoding: gzip".'
  return new ProblemError(415, advice, { 'accept-encoding': 'gzip, identity' }, { rule: 'encoding' })
}

/** A client that left gets no answer; the problem only ends the work. */
export function endedEarly(cause: unknown): ProblemError {
  return new ProblemError(400, 'The body ended before it was complete.', {}, { rule: 'body-complete', cause })
}
