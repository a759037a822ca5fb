import { formatCount, formatShare } from '../format/number.ts'

export interface ErrorShareProps {
  /** 0 to 1; `null` without requests. */
  readonly share: number | null
  /** Answers with a 5xx status: they get a mark of their own. */
  readonly serverErrors?: number
}

/** A share of failed requests. None is quiet; server errors carry a sign beside the colour. */
export function ErrorShare({ share, serverErrors = 0 }: ErrorShareProps) {
  if (serverErrors === 0) return <span class={share === 0 ? 'quiet' : undefined}>{formatShare(share)}</span>
  const title = `${formatCount(serverErrors)} server ${serverErrors === 1 ? 'error' : 'errors'} (5xx)`
  return (
    <span class="error-share" title={title}>
      <span aria-hidden="true">▲ </span>
      {formatShare(share)}
      <span class="visually-hidden">, {title}</span>
    </span>
  )
}
