import type { ApiFailure } from '../../api/api-failure.ts'
import { Icon } from '../../widgets/icon.tsx'

export interface FailureBannerProps {
  readonly failure: ApiFailure
  /** Older data stands below. */
  readonly hasData: boolean
  readonly onRetry: () => void
}

/** Says what went wrong and what the reader still sees. The page goes on trying by itself. */
export function FailureBanner({ failure, hasData, onRetry }: FailureBannerProps) {
  const goesOn = failure.kind !== 'refused'
  return (
    <div class="banner banner--bad" role="alert">
      <Icon name="warning" />
      <p>
        {failure.detail} {hasData && 'The figures below are from before. '}
        {goesOn && 'This page keeps trying.'}
      </p>
      <button type="button" class="button button--small" onClick={onRetry}>
        Try now
      </button>
    </div>
  )
}
