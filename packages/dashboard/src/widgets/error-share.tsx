import { formatCount, formatShare } from '../format/number.ts'

export interface ErrorShareProps {
  /** 0 to 1; `null` without requests. */
  readonly share: number | null
  readonly requests: number
  /** Answers with a 5xx status: they get a mark of their own. */
  readonly serverErrors?: number
}

/** From this share of server errors on the figure itself stands out, 0 to 1. */
const NOTABLE_SERVER_ERRORS = 0.01

/** A share of failed requests. None is quiet; server errors carry a sign beside the colour. */
export function ErrorShare({ share, requests, serverErrors = 0 }: ErrorShareProps) {
  if (serverErrors === 0) return <span class={share === 0 ? 'quiet' : undefined}>{formatShare(share)}</span>
  const isNotable = serverErrors / requests >= NOTABLE_SERVER_ERRORS
  const title = `${formatCount(serverErrors)} server ${serverErrors === 1 ? 'error' : 'errors'} (5xx)`
  return (
    <span class={isNotable ? 'error-share error-share--notable' : 'error-share'} title={title}>
      <span aria-hidden="true">▲ </span>
      {formatShare(share)}
      <span class="visually-hidden">, {title}</span>
    </span>
  )
}
